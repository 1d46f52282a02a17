/* The kernels as functions of JavaScript, through Node's stable interface (https://nodejs.org/api/n-api.html), of which it declares what it uses. */
#include "call.h"

typedef struct napi_env__ *napi_env;
typedef struct napi_value__ *napi_value;
typedef struct napi_callback_info__ *napi_callback_info;
typedef napi_value (*napi_callback)(napi_env, napi_callback_info);
/* 0 stands for success. */
typedef int napi_status;
#if defined(_WIN32)
#define IMPORTED __declspec(dllimport)
#define EXPORTED __declspec(dllexport)
#else
#define IMPORTED
#define EXPORTED __attribute__((visibility("default")))
#endif
IMPORTED napi_status napi_get_cb_info(napi_env, napi_callback_info, size_t *, napi_value *, napi_value *, void **);
IMPORTED napi_status napi_get_value_double(napi_env, napi_value, double *);
IMPORTED napi_status napi_get_typedarray_info(napi_env, napi_value, int *, size_t *, void **, napi_value *, size_t *);
IMPORTED napi_status napi_create_function(napi_env, const char *, size_t, napi_callback, void *, napi_value *);
IMPORTED napi_status napi_set_named_property(napi_env, napi_value, const char *, napi_value);
IMPORTED napi_status napi_create_double(napi_env, double, napi_value *);
IMPORTED napi_status napi_throw_range_error(napi_env, const char *, const char *);
IMPORTED napi_status napi_throw_type_error(napi_env, const char *, const char *);

static napi_value called(napi_env env, napi_callback_info info) {
  napi_value given[MOST_TERMS + 1], result = NULL;
  size_t count = MOST_TERMS + 1, length = 0;
  const Entry *entry;
  Call call;
  void *data, *at;
  napi_get_cb_info(env, info, &count, given, NULL, &data);
  entry = data;
  if (count != entry->terms + 1 || napi_get_typedarray_info(env, given[0], NULL, &length, &at, NULL, NULL)) {
    napi_throw_type_error(env, NULL, entry->usage);
    return NULL;
  }
  for (size_t i = 0; i < entry->terms; i++)
    if (napi_get_value_double(env, given[i + 1], &call.terms[i])) {
      napi_throw_type_error(env, NULL, entry->usage);
      return NULL;
    }
  call.memory = at;
  call.bytes = (double)length;
  if (!entry->make(&call)) {
    napi_throw_range_error(env, NULL, entry->outside);
    return NULL;
  }
  if (entry->gives) napi_create_double(env, call.result, &result);
  return result;
}

EXPORTED napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  napi_value made;
  for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
    napi_create_function(env, entries[i].name, (size_t)-1, called, (void *)&entries[i], &made);
    napi_set_named_property(env, exports, entries[i].name, made);
  }
  napi_create_double(env, LANES, &made);
  napi_set_named_property(env, exports, "lanes", made);
  return exports;
}
