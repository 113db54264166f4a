import t from 'tap'
import { ConfigRefused, readConfig } from '../src/config.ts'
import { settings } from '../src/config-settings.ts'

t.test('config accepts', async (t) => {
  t.test('an empty environment: every setting has a value that works on a laptop', async (t) => {
    const config = readConfig({ PATH: '/bin', LODESTONE_LOG_LEVEL: '' })
    t.match(config, { host: '127.0.0.1', port: 8080, databaseUrl: null, logLevel: 'info' })
    t.strictSame([config.publicUrl, config.url], ['http://localhost:8080', 'http://localhost:8080'])
    t.match(config.dataDir, /^\/.*\/\.lodestone$/, 'absolute')
    t.ok(Object.isFrozen(config))
  })

  t.test('each variable under its own name', async (t) => {
    const config = readConfig({
      LODESTONE_PORT: '0',
      LODESTONE_PUBLIC_URL: 'https://registry.example',
      LODESTONE_URL: 'http://localhost:9999',
      LODESTONE_TRUSTED_PROXIES: '10.0.0.1, 10.1.0.0/16, fd00::/8, loopback',
      LODESTONE_TOKEN_LIFETIME_SECONDS: '900',
      LODESTONE_TRUSTED_ISSUERS:
        'https://id.example/realm=https://id.example/keys?v=1\n  http://localhost:9=http://127.0.0.1:9/k',
      LODESTONE_DATA_DIR: '/var/lib/lodestone'
    })
    t.match(config, {
      port: 0,
      publicUrl: 'https://registry.example',
      url: 'http://localhost:9999',
      trustedProxies: ['10.0.0.1', '10.1.0.0/16', 'fd00::/8', 'loopback'],
      tokenLifetimeSeconds: 900,
      trustedIssuers: [
        { issuer: 'https://id.example/realm', keysAt: 'https://id.example/keys?v=1' },
        { issuer: 'http://localhost:9', keysAt: 'http://127.0.0.1:9/k' }
      ],
      dataDir: '/var/lib/lodestone'
    })
  })

  t.test('DATABASE_URL as hosting platforms set it; our own name comes first', async (t) => {
    const DATABASE_URL = 'postgres://u:p@db/one'
    t.equal(readConfig({ DATABASE_URL }).databaseUrl, DATABASE_URL)
    const own = 'postgresql://u:p@db/two'
    t.equal(readConfig({ DATABASE_URL, LODESTONE_DATABASE_URL: own }).databaseUrl, own)
    for (const address of [
      'postgresql://u:p%40%2F@db:5432/one?sslmode=require',
      'postgresql:///one?host=/run/postgresql',
      'postgresql://u@%2Frun%2Fpostgresql/one',
      'postgres://db'
    ]) {
      t.equal(readConfig({ DATABASE_URL: address }).databaseUrl, address)
    }
  })
})

t.test('config refuses', async (t) => {
  const refusals: readonly [variable: string, text: string, reason: RegExp][] = [
    ['LODESTONE_PORT', '65536', /LODESTONE_PORT must be a whole number from 0 to 65535/],
    ['LODESTONE_PORT', '-1', /whole number/],
    ['LODESTONE_PORT', '0x50', /whole number/],
    ['LODESTONE_POOL_SIZE', '1', /from 2 to 1000/],
    ['LODESTONE_TOKEN_LIFETIME_SECONDS', '901', /from 30 to 900/],
    ['LODESTONE_LOG_LEVEL', 'verbose', /one of fatal, error, warn/],
    ['LODESTONE_PUBLIC_URL', 'https://registry.example/api', /without a path/],
    ['LODESTONE_PUBLIC_URL', 'registry.example', /such as https/],
    ['LODESTONE_TRUSTED_ISSUERS', 'https://id.example', /pairs such as https/],
    ['LODESTONE_TRUSTED_ISSUERS', '=https://id.example', /pairs/],
    ['LODESTONE_TRUSTED_ISSUERS', 'https://ид.example=https://id.example/keys', /pairs/],
    ['LODESTONE_TRUSTED_ISSUERS', 'https://id.example/\u0001=https://id.example/keys', /pairs/],
    [
      'LODESTONE_TRUSTED_ISSUERS',
      'http://localhost:8080=https://id.example/k',
      /the service itself/
    ],
    ['LODESTONE_TRUSTED_ISSUERS', 'http://id.example=https://id.example/keys', /each https/],
    ['LODESTONE_TRUSTED_ISSUERS', 'https://id.example=http://id.example/keys', /each https/],
    ['LODESTONE_TRUSTED_ISSUERS', 'https://id.example=http://localhost.id.example/', /each https/],
    ['LODESTONE_TRUSTED_ISSUERS', 'https://id.example=file:///etc/keys', /each https/],
    ['LODESTONE_TRUSTED_ISSUERS', 'https://id.example=https://u:p@id.example/keys', /pairs/],
    ['LODESTONE_TRUSTED_ISSUERS', 'https://id.example?a=https://id.example/keys', /pairs/],
    [
      'LODESTONE_TRUSTED_ISSUERS',
      'https://a.example=https://a.example/1 https://a.example=https://a.example/2',
      /each issuer once/
    ],
    ['LODESTONE_TRUSTED_PROXIES', '10.0.0.1, proxy.example', /which proxy\.example is not/],
    ['LODESTONE_TRUSTED_PROXIES', '10.0.0.0/33', /10\.0\.0\.0\/33 is not/],
    ['LODESTONE_TRUSTED_PROXIES', '::1/129', /is not/],
    ['LODESTONE_TRUSTED_PROXIES', '10.0.0.0/8/8', /is not/],
    ['LODESTONE_SECURITY_CONTACT', 'me', /begins with https: or mailto:/],
    [
      'LODESTONE_METRICS_TOKEN',
      'guessable',
      /LODESTONE_METRICS_TOKEN must be 24 to 200 letters, digits and - \. _ ~ \+ \/ at random$/
    ],
    ['LODESTONE_RATE_CLIENT', '-1', /whole number/],
    ['LODESTONE_FOO', '1', /LODESTONE_FOO is not a setting; there are LODESTONE_HOST, /],
    ['LODESTONE_GUARD_DIRECTORY', '/x', /; is LODESTONE_GUARD_DIR meant\?$/],
    ['LODESTONE_PROT', '80', /LODESTONE_PROT is not a setting; is LODESTONE_PORT meant\?$/]
  ]
  for (const [variable, text, reason] of refusals) {
    t.test(`${variable}=${text}`, async (t) => {
      t.throws(() => readConfig({ [variable]: text }), { name: 'ConfigRefused', message: reason })
    })
  }

  t.test('everything that is wrong, at once', async (t) => {
    const wrong = { LODESTONE_PORT: 'x', LODESTONE_HOTS: 'x', LODESTONE_LOG_LEVEL: 'x' }
    t.equal(refusal(wrong).problems.length, 3)
  })
})

t.test('config protects', async (t) => {
  t.test('the password in an address that is refused', async (t) => {
    const { message } = refusal({ DATABASE_URL: 'mysql://user:hunter2@db/x' })
    t.match(message, /DATABASE_URL must be an address that begins with postgresql:/)
    t.notMatch(message, /hunter2/)
    for (const password of ['hun/ter2', 'hun#ter2', 'p@hun/ter2', 'hun/t#er2']) {
      const refused = refusal({ DATABASE_URL: `postgresql://u:${password}@db/x` })
      t.match(refused.message, 'write : / @ # ? and % of a password as', password)
      t.notMatch(refused.message, /ter2/)
    }
  })

  t.test('the reader of the documentation: every setting says what it does', async (t) => {
    for (const { variable, description } of Object.values(settings)) {
      t.match(description, /^[A-Z].{15,}[.]$/, variable)
    }
  })
})

function refusal(env: Readonly<Record<string, string>>): ConfigRefused {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof ConfigRefused) return error
    throw error
  }
  throw new Error('accepted')
}
