import { readConfig } from '../../src/config.ts'
import { buildApp } from '../../src/http/app.ts'
import { loadReference } from '../../src/reference.ts'
import type { Deps } from '../../src/registry/deps.ts'
import type { GeneratedFile } from '../generate.ts'

/** openapi/openapi.json: what /openapi.json serves, described without any database. */
export async function generateOpenapi(): Promise<readonly GeneratedFile[]> {
  const app = await buildApp({
    deps: { reference: loadReference() } as Deps,
    config: readConfig({})
  })
  await app.ready()
  const content = `${JSON.stringify(app.swagger(), null, 2)}\n`
  await app.close()
  return [{ path: 'openapi/openapi.json', content }]
}
