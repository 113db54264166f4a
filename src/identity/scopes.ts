import type { Principal, Role, Scope } from './principal.ts'

/** What a token may ask for, in the words of the API description. */
export const scopes = {
  'epd:read': 'Read declarations, also those that are not published, where visibility allows',
  'epd:write': 'Submit declarations and new versions of them',
  'epd:verify': 'State the outcome of a verification',
  'epd:operate': 'Register, publish and deregister declarations as their programme operator',
  'event:write': 'Record what happens to batches',
  'chain:read': 'Read batches, events and where they come from and went',
  'report:read': 'Draw up compliance reports',
  'party:read': 'Read organizations, facilities and the own API clients',
  'party:write': 'Register facilities, API clients and signing keys of the own organization',
  'grant:write': 'Let others see a batch and its ancestors',
  'metrics:read': 'Read the figures of the service itself',
  admin: 'Administer the registry'
} as const satisfies Record<Scope, string>

/** The one table of who may do what. A scope opens routes; visibility decides what they show. */
export const roles = {
  producer: [
    'epd:read',
    'epd:write',
    'event:write',
    'chain:read',
    'report:read',
    'party:read',
    'party:write',
    'grant:write'
  ],
  buyer: [
    'epd:read',
    'event:write',
    'chain:read',
    'report:read',
    'party:read',
    'party:write',
    'grant:write'
  ],
  verifier: ['epd:read', 'epd:verify', 'party:read', 'party:write'],
  operator: ['epd:read', 'epd:operate', 'party:read', 'party:write'],
  auditor: ['epd:read', 'chain:read', 'report:read', 'party:read'],
  admin: Object.keys(scopes) as Scope[]
} as const satisfies Record<Role, readonly Scope[]>

/** Every scope that one of the roles carries. */
export function scopesOf(held: readonly Role[]): ReadonlySet<Scope> {
  return new Set(held.flatMap((role): readonly Scope[] => roles[role]))
}

export function isScope(text: string): text is Scope {
  return Object.hasOwn(scopes, text)
}

/** True where the principal keeps the registry rather than takes part in the chain. */
export function runsRegistry(principal: Principal): boolean {
  return principal.roles.includes('operator') || principal.roles.includes('admin')
}
