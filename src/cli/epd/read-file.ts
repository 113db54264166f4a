import { readFileSync, statSync } from 'node:fs'
import { namesIn } from '../../domain/pointer.ts'
import type { Reference } from '../../domain/reference.ts'
import { RegistryError } from '../../errors.ts'
import type { EpdCodec, ParsedEpd } from '../../formats/epd-codec.ts'
import { epdFormatOf } from '../../formats/epd-format.ts'
import { CommandError, exitCodes, unreadable } from '../exit.ts'

/** One declaration of a file; a package can hold several. */
export interface ReadDeclaration {
  readonly bytes: Buffer
  readonly parsed: ParsedEpd
}

export interface ReadFile {
  readonly codec: EpdCodec
  readonly declarations: readonly ReadDeclaration[]
}

/** What is larger is no declaration. */
const MAXIMUM_BYTES = 16 * 1024 * 1024

/**
 * The declarations in a file, whose format shows from its content. Ends the command with 2 where the
 * file cannot be read, and with 1 where nobody could accept what is in it.
 */
export async function readFile(
  file: string,
  { epd: tables }: Reference,
  wanted: { readonly unread: boolean }
): Promise<ReadFile> {
  const bytes = load(file)
  try {
    const codec = epdFormatOf(bytes)
    const documents = (await codec.split?.(bytes, tables)) ?? [bytes]
    const declarations: ReadDeclaration[] = []
    for (const each of documents) {
      declarations.push({ bytes: each, parsed: await codec.parse(each, tables, wanted) })
    }
    return { codec, declarations }
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error
    const more = error.details.map(({ pointer, message }) =>
      pointer ? `${namesIn(pointer).join('/')}: ${message}` : message
    )
    const why = [error.message, ...more.filter((each) => !error.message.includes(each))].join(' ')
    throw new CommandError(exitCodes.refused, `${file}: ${why}`, { cause: error })
  }
}

function load(file: string): Buffer {
  try {
    if (statSync(file).size > MAXIMUM_BYTES) {
      throw new Error(`a declaration has at most ${MAXIMUM_BYTES} bytes`)
    }
    return readFileSync(file)
  } catch (error) {
    throw unreadable(file, error)
  }
}
