import { signDocument } from '../identity/sign-document.ts'
import { type Command, readArgs } from './command.ts'
import { exitCodes, usageError } from './exit.ts'
import { readKeyFile } from './key-file.ts'
import { readBytes } from './trusted-keys.ts'

const help = `lodestone sign FILE --key KEYFILE

Signs the exact bytes of a document with a key of lodestone keygen and prints the detached JWS: send
it in the header Lodestone-Signature together with the same bytes.`

/** `lodestone sign` */
export const sign: Command = {
  help,
  run: async (args, terminal) => {
    const { values, positionals } = readArgs(args, { key: { type: 'string' } })
    const [path, ...more] = positionals
    if (path === undefined || more.length > 0) throw usageError('sign takes one file.')
    if (values.key === undefined) throw usageError('Say with which key: --key KEYFILE.')
    const key = await readKeyFile(values.key)
    terminal.print(await signDocument(key, readBytes(path)))
    return exitCodes.ok
  }
}
