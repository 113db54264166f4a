import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { ilcdEpd } from '../../src/formats/ilcd/epd.ts'
import { hostileDocuments } from '../support/hostile-documents.ts'
import { process as processOf } from '../support/ilcd-package.ts'

const script = fileURLToPath(new URL('../support/hostile-documents.ts', import.meta.url))
/** What one document may take beyond its own bytes: a tree of 100,000 elements takes a tenth of it. */
const MOST_MIB = 700
t.setTimeout(240_000)

interface Outcome {
  readonly code: number | null
  readonly text: string
}

/** Reads the document in a process of its own, whose heap is small. */
function readAlone(name: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--max-old-space-size=512', script, name], {
      env: { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '' },
      timeout: 60_000
    })
    let text = ''
    child.stdout.on('data', (chunk) => (text += String(chunk)))
    child.stderr.on('data', (chunk) => (text += String(chunk)))
    child.on('close', (code) => resolve({ code, text }))
  })
}

t.test('refuses hostile documents within bounded memory', async (t) => {
  for (const name of Object.keys(hostileDocuments)) {
    const { code, text } = await readAlone(name)
    t.equal(code, 0, `${name}: ${text.slice(0, 300)}`)
    if (code !== 0) continue
    const { outcome, grownMiB } = JSON.parse(text)
    t.match(outcome, /^(BODY_INVALID|findings .*(EPD_DOCUMENT|SCHEMA))/, name)
    t.ok(grownMiB < MOST_MIB, `${name}: ${grownMiB} MiB`)
    t.comment(`${name}: ${outcome.slice(0, 40)}, ${grownMiB} MiB`)
  }
})

t.test('reads the same from UTF-8 and from UTF-16 of both ends', async (t) => {
  const declared = `\uFEFF<?xml version="1.0" encoding="UTF-16"?>${processOf({})}`
  const little = Buffer.from(declared, 'utf16le')
  const plain = ilcdEpd.contentHash(Buffer.from(processOf({})))
  for (const bytes of [little, Buffer.from(little).swap16()]) {
    t.ok(ilcdEpd.contentHash(bytes).equals(plain))
  }
})
