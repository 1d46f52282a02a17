// What a message quotes of a program that failed.
import t from "tap"
import { LastWords } from "../../../../engine/worker/inside/programs/start-program.ts"
import { hide } from "../../../../engine/worker/inside/telling/masking.ts"

t.test(
  "last words end where the program did, also where that may have been the start of a secret",
  async (t) => {
    hide({ LAST_WORDS_KEY: "zzq-last-words" })
    const words = new LastWords()
    const [out, err] = [words.listener(), words.listener()]
    out("key zzq-la")
    out("st-words of ")
    err("z")
    t.equal(words.quoted, "; it last wrote:\n  key *** of z")
  },
)
