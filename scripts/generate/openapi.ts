import { buildApp } from '../../src/http/app.ts'
import { loadReference } from '../../src/reference.ts'
import type { Deps } from '../../src/registry/deps.ts'
import type { GeneratedFile } from '../generate.ts'

/** openapi/openapi.json: what /openapi.json serves, described without any database. */
export async function generateOpenapi(): Promise<readonly GeneratedFile[]> {
  const app = await buildApp({
    deps: { reference: loadReference() } as Deps,
    config: {
      publicUrl: 'http://localhost',
      bodyLimitBytes: 1,
      bulkLimitBytes: 1,
      requestTimeoutMs: 1,
      handlerTimeoutMs: 1,
      trustedProxies: [],
      tokenLifetimeSeconds: 1,
      securityContact: 'mailto:security@localhost'
    }
  })
  await app.ready()
  const content = `${JSON.stringify(app.swagger(), null, 2)}\n`
  await app.close()
  return [{ path: 'openapi/openapi.json', content }]
}
