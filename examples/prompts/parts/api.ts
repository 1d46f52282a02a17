// Where the API listens. It stands in no key: whoever answers the same request somewhere else is not asked again.
export const url = "http://127.0.0.1:8787/v1/answers"
