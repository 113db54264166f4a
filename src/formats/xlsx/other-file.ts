import { refuse } from './refuse.ts'

export const SAVE_AS = 'Save it as "Excel workbook (.xlsx)" and send that.'

const ZIP = Buffer.from('PK', 'latin1')
/** A compound file: what spreadsheets wrote before 2007, and what they put around an encrypted workbook. */
const COMPOUND = Buffer.from('d0cf11e0a1b11ae1', 'hex')
/** The name of the stream that holds an encrypted workbook ([MS-OFFCRYPTO] 2.3.4.4), as its directory writes it. */
const ENCRYPTED = Buffer.from('EncryptedPackage', 'utf16le')

/** Other files that are called workbooks, by how they begin; a zip archive is looked into. */
export function refuseUnzipped(bytes: Buffer): void {
  if (startsWith(bytes, ZIP)) return
  if (startsWith(bytes, COMPOUND)) refuseCompound(bytes)
  if (bytes.length === 0) {
    refuse('XLSX_FILE', { message: 'The file is empty.', remedy: 'Save the workbook again.' })
  }
  const beginning = bytes.subarray(0, 4_096)
  const text = beginning.toString(
    startsWith(bytes, Buffer.from('\uFEFF', 'utf16le')) ? 'utf16le' : 'utf8'
  )
  if (/^\uFEFF?\s*</.test(text)) {
    refuse('XLSX_KIND', {
      message: 'This is a page or XML (.html, .fods, .xml), whatever its name says.',
      remedy: `Open it in a spreadsheet. ${SAVE_AS}`
    })
  }
  refuse('XLSX_KIND', {
    message: text.includes('\0')
      ? 'This is no workbook (.xlsx), whatever its name says.'
      : 'This is text, whatever its name says.',
    remedy: text.includes('\0')
      ? `Open it in a spreadsheet. ${SAVE_AS}`
      : `If commas or semicolons separate its cells, name it .csv. Else open it in a spreadsheet. ${SAVE_AS}`
  })
}

function refuseCompound(bytes: Buffer): never {
  if (bytes.includes(ENCRYPTED)) {
    refuse('XLSX_KIND', {
      message: 'The workbook has a password.',
      remedy: 'Open it, remove the password, save it and send that.'
    })
  }
  refuse('XLSX_KIND', { message: 'This is an old workbook (.xls).', remedy: SAVE_AS })
}

function startsWith(bytes: Buffer, beginning: Buffer): boolean {
  return bytes.subarray(0, beginning.length).equals(beginning)
}
