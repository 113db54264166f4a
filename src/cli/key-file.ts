import { openSigningKey, type PrivateSigningKey } from '../identity/sign-document.ts'
import { SignatureRefused } from '../identity/signing-key.ts'
import { usageError } from './exit.ts'
import { readBytes } from './trusted-keys.ts'

/** The private key in a file of `lodestone keygen`; anything else is an error of usage. */
export async function readKeyFile(path: string): Promise<PrivateSigningKey> {
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
