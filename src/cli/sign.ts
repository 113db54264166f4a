import { openSigningKey, signDocument } from '../identity/sign-document.ts'
import { SignatureRefused } from '../identity/signing-key.ts'
import { type Command, readArgs } from './command.ts'
import { exitCodes, usageError } from './exit.ts'
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
    const key = await readKey(values.key)
    terminal.print(await signDocument(key, readBytes(path)))
    return exitCodes.ok
  }
}

async function readKey(path: string) {
  const text = readBytes(path).toString('utf8')
  try {
    return await openSigningKey(JSON.parse(text))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof SignatureRefused) {
      throw usageError(`${path} is not a private key of lodestone keygen.`)
    }
    throw error
  }
}
