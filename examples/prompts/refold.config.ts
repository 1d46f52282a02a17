import { defineConfig } from "refold"

export default defineConfig({
  // What the API allows: so many at once, and so many in any minute.
  limits: { api: { stages: ["ask"], atOnce: 8, perMinute: 600 } },
})
