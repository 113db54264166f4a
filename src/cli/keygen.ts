import { existsSync, type WriteFileOptions, writeFileSync } from 'node:fs'
import { isUuid } from '../domain/ids.ts'
import {
  newSigningKey,
  type PrivateSigningKey,
  signDocument,
  signKeyProof
} from '../identity/sign-document.ts'
import type { SigningAlgorithm } from '../identity/signing-key.ts'
import { ApiClient } from './client.ts'
import { clientSettings } from './client-settings.ts'
import { type Command, readArgs } from './command.ts'
import { exitCodes, usageError } from './exit.ts'
import { readKeyFile } from './key-file.ts'

const help = `lodestone keygen FILE [--algorithm EdDSA|ES256] [--register [--label TEXT] [--vouch KEYFILE]]
lodestone keygen FILE --organization ID [--algorithm EdDSA|ES256] [--label TEXT]

Makes a key to sign submissions with and writes it to FILE (a private JWK that only you may read). It
never leaves this machine.

  --register         registers the public key for the organization of LODESTONE_CLIENT_ID; where FILE
                     is a key already, that one, so that what failed can be repeated
  --organization ID  writes the request for POST /v1/keys to FILE.request.json and its signature, for
                     the header Lodestone-Signature, to FILE.request.jws
  --vouch KEYFILE    a key in force that vouches for the new one, where the organization refuses what
                     nobody signed
  --label TEXT       a name for the key`

/** `lodestone keygen` */
export const keygen: Command = {
  help,
  run: async (args, terminal) => {
    const { values, positionals } = readArgs(args, {
      algorithm: { type: 'string', default: 'EdDSA' },
      organization: { type: 'string' },
      label: { type: 'string' },
      register: { type: 'boolean', default: false },
      vouch: { type: 'string' }
    })
    const [path, ...more] = positionals
    if (path === undefined || more.length > 0) throw usageError('keygen takes the file to write.')
    const { algorithm, organization, label, register } = values
    if (algorithm !== 'EdDSA' && algorithm !== 'ES256') {
      throw usageError('--algorithm is EdDSA or ES256.')
    }
    refuseUnfit(values)
    const client = register ? new ApiClient(clientSettings()) : null
    const owner = organization ?? (await client?.organization())
    // Before a key is written that nobody could register.
    const voucher = await voucherIn(values.vouch, register)
    const key = await keyIn(path, algorithm, register)
    if (owner !== undefined) {
      const name = label === undefined ? {} : { label }
      const request = JSON.stringify({ organization: owner, jwk: key.jwk, ...name })
      const proof = await signKeyProof(key, Buffer.from(request))
      if (client) {
        const headers = { 'lodestone-signature': proof, ...(await vouched(voucher, request)) }
        await client.post('/v1/keys', { body: request, headers })
      } else {
        write(`${path}.request.json`, request)
        write(`${path}.request.jws`, proof)
      }
    }
    terminal.print(key.id)
    return exitCodes.ok
  }
}

function refuseUnfit({
  organization,
  label,
  register
}: {
  readonly organization?: string | undefined
  readonly label?: string | undefined
  readonly register: boolean
}): void {
  if (organization !== undefined && !isUuid(organization)) {
    throw usageError('--organization is a lower-case UUID.')
  }
  if (label !== undefined && organization === undefined && !register) {
    throw usageError('--label goes with --register or --organization.')
  }
}

/** A new key in the file, or the one that is there where it only has to be registered. */
async function keyIn(
  path: string,
  algorithm: SigningAlgorithm,
  register: boolean
): Promise<PrivateSigningKey> {
  if (register && existsSync(path)) return readKeyFile(path)
  const key = await newSigningKey(algorithm)
  // A key that exists is never overwritten.
  write(path, `${JSON.stringify(key.privateJwk)}\n`, { flag: 'wx', mode: 0o600 })
  return key
}

async function voucherIn(path: string | undefined, register: boolean) {
  if (path === undefined) return null
  if (register) return readKeyFile(path)
  throw usageError('--vouch goes with --register; else sign FILE.request.json with that key.')
}

async function vouched(voucher: PrivateSigningKey | null, request: string) {
  if (voucher === null) return {}
  const signature = await signDocument(voucher, Buffer.from(request))
  return { 'lodestone-countersignature': signature }
}

function write(path: string, text: string, how: WriteFileOptions = {}): void {
  try {
    writeFileSync(path, text, how)
  } catch (error) {
    throw usageError(`Cannot write ${path}: ${(error as NodeJS.ErrnoException).code}.`)
  }
}
