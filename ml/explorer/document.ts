// The explorer as one HTML document that loads nothing: its data, its style and its script stand in it.
import { sha256 } from "../data/sha256.ts"
import { DATA_ID, encodePage, type PageData } from "./page-data.ts"
import { style } from "./style.ts"

/** @param script text of a classic script that ends no script element */
export function explorerDocument(data: PageData, script: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${policy(script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(`Inside ${data.called}: ${data.title}`)}</title>
<style>${style}</style>
</head>
<body>
<div id="explorer"></div>
<noscript>This page runs a network in your browser, which needs JavaScript.</noscript>
<script type="application/json" id="${DATA_ID}">${encodePage(data)}</script>
<script>${script}</script>
</body>
</html>
`
}

/** No request of any sort, and no code but the page's own and its kernels. */
const policy = (script: string): string =>
  [
    "default-src 'none'",
    `script-src 'sha256-${base64Of(sha256(new TextEncoder().encode(script)))}' 'wasm-unsafe-eval'`,
    "style-src 'unsafe-inline'",
    "img-src data: blob:",
    "form-action 'none'",
    "base-uri 'none'",
  ].join("; ")

const base64Of = (hexadecimal: string): string =>
  btoa(hexadecimal.replace(/../g, (byte) => String.fromCharCode(Number.parseInt(byte, 16))))

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;")
