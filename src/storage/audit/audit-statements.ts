import type { Queryable } from '../database.ts'
import { type Compared, comparedBy } from './audit-rows.ts'
import { EPD_PROJECTIONS } from './epd-projections.ts'
import { BASE64URL, HASH_OF, MOMENT, type Projection } from './projection.ts'

/** The first entry about each thing of a kind. */
const FIRST = (kind: string) => `select distinct on (subject) subject as id, position,
    jsonb_build_object('organization', organization) as facts
  from stated where kind = '${kind}' order by subject, position`
const THING = (table: string, organization: string) => `select id::text, position,
    jsonb_build_object('organization', ${organization}) as facts from ${table}`
/** The entry of a kind that ended or changed the thing: there is one at most. */
const THEN = (kind: string) =>
  `left join (select subject, position, at, body from stated where kind = '${kind}')`

const PROJECTIONS: readonly Projection[] = [
  { what: 'organization', said: FIRST('organization'), kept: THING('organization', 'id') },
  { what: 'facility', said: FIRST('facility'), kept: THING('facility', 'organization') },
  { what: 'epd', said: FIRST('epd'), kept: THING('epd', 'organization') },
  {
    what: 'key',
    said: `select k.subject as id, k.position, jsonb_build_object('organization', k.organization,
        'algorithm', k.body -> 'algorithm', 'jwk', k.body -> 'jwk', 'revoked', r.position,
        'reason', r.body -> 'reason') as facts
      from stated k ${THEN('key_revocation')} r on r.subject = k.subject
      where k.kind = 'key'`,
    kept: `select id, position, jsonb_build_object('organization', organization,
        'algorithm', algorithm, 'jwk', jwk::jsonb, 'revoked', revoked_position,
        'reason', revocation_reason) as facts from signing_key`
  },
  {
    what: 'signing policy of',
    said: `select subject as id, position, jsonb_build_object('unsigned', body -> 'unsigned') as facts
      from stated where kind = 'signing_policy'`,
    kept: `select organization::text as id, position, jsonb_build_object('unsigned', unsigned) as facts
      from signing_policy`
  },
  {
    what: 'rule setting of',
    said: `select subject as id, position,
        jsonb_build_object('rule', body -> 'rule', 'mode', body -> 'mode') as facts
      from stated where kind = 'rule_setting'`,
    kept: `select organization::text as id, position,
        jsonb_build_object('rule', rule, 'mode', mode) as facts from rule_setting`
  },
  {
    what: 'grant',
    said: `select g.subject as id, g.position, jsonb_build_object('grantor', g.organization,
        'batch', g.body -> 'batch', 'scope', g.body -> 'scope', 'link', g.body -> 'linkSha256',
        'grantee', coalesce(r.body ->> 'grantee', g.body ->> 'grantee'), 'used', ${MOMENT('r.at')},
        'until', ${MOMENT(`g.body ->> 'expiresAt'`)}, 'revoked', e.position) as facts
      from stated g ${THEN('grant_redemption')} r on r.subject = g.subject
      ${THEN('grant_revocation')} e on e.subject = g.subject
      where g.kind = 'grant'`,
    kept: `select id::text, position, jsonb_build_object('grantor', grantor, 'batch', batch,
        'scope', scope, 'link', ${BASE64URL('link_hash')}, 'grantee', grantee, 'used', ${MOMENT('used_at')},
        'until', ${MOMENT('expires_at')}, 'revoked', revoked_position) as facts from batch_grant`
  },
  {
    what: 'client',
    said: `select c.subject as id, c.position, jsonb_build_object('organization', c.organization,
        'roles', c.body -> 'roles', 'identity', c.body -> 'identitySha256', 'made', ${MOMENT('c.at')}, 'revoked', ${MOMENT('r.at')}) as facts
      from stated c ${THEN('client_revocation')} r on r.subject = c.subject
      where c.kind = 'client'`,
    kept: `select id, position, jsonb_build_object('organization', organization,
        'roles', to_jsonb(roles), 'identity', ${HASH_OF(`issuer || E'\\n' || subject`)},
        'made', ${MOMENT('created_at')},
        'revoked', ${MOMENT('revoked_at')}) as facts from client`
  },
  {
    what: 'declaration of the campaign',
    said: `select subject as id, position, jsonb_build_object('organization', organization,
        'epd', body -> 'epd', 'from', body -> 'from', 'until', body -> 'until',
        'ended', next) as facts
      from (
        select *, lead(position) over (partition by subject, body ->> 'epd' order by position) as next
          from stated where kind in ('campaign_epd', 'campaign_epd_end')
      ) linked
      where kind = 'campaign_epd'`,
    kept: `select campaign::text as id, position, jsonb_build_object('organization', organization,
        'epd', epd, 'from', valid_from, 'until', valid_until, 'ended', ended_position) as facts
      from campaign_epd`
  },
  {
    what: 'reserved registration number of',
    said: `select subject as id, position,
        jsonb_build_object('number', body -> 'number', 'released', next) as facts
      from (
        select *, lead(position) over (partition by subject, body ->> 'number' order by position) as next
          from stated where kind = 'registration_number'
      ) numbered
      where body ->> 'state' = 'reserved'`,
    kept: `select n.operator::text as id, n.position,
        jsonb_build_object('number', n.number, 'released', n.released_position) as facts
      from registration_number n where used_position is distinct from position`
  },
  {
    // What became true again while the books went on, they closed themselves.
    what: 'resolution of the finding',
    said: `select subject as id, position,
        jsonb_build_object('by', organization, 'code', body -> 'code') as facts
      from stated where kind = 'finding_resolution'`,
    kept: `select id::text, resolved_position as position,
        jsonb_build_object('by', resolved_by, 'code', code) as facts
      from finding where resolution is not null and not exists (
        select from journal j
         where j.position = resolved_position and j.kind in ('event', 'reevaluation'))`
  },
  ...EPD_PROJECTIONS,
  {
    what: 'erasure of position',
    said: `select subject as id, position,
        jsonb_build_object('erased', body -> 'position', 'reason', body -> 'reason') as facts
      from stated where kind = 'erasure'`,
    kept: `select position::text as id, erased_position as position,
        jsonb_build_object('erased', position, 'reason', reason) as facts from erasure`
  },
  {
    what: 'entry about',
    said: `select subject as id, position,
        jsonb_build_object('at', ${MOMENT('at')}, 'document', document -> 'sha256') as facts
      from stated`,
    kept: `select j.subject as id, j.position, jsonb_build_object('at', ${MOMENT('j.at')},
        'document', ${BASE64URL('j.document_sha256')}) as facts
      from journal j where position in (select position from stated)`
  }
]

/** The statements of everything but events, which the books are made again from. */
const STATED = `stated as materialized (
    select position, kind, subject, organization::text, said ->> 'at' as at, said -> 'body' as body,
        nullif(said -> 'document', 'null') as document
      from (
        select position, kind, subject, organization, convert_from(statement, 'UTF8')::jsonb as said
          from journal where kind <> all('{event,reevaluation}') and position <> all($1::int8[])
      ) read
  )`

/**
 * What the log says of events and re-evaluations, which `stated` leaves out since there are so many; the
 * rest of their rows follows from the documents.
 */
const EVENTS = `select case when e.id is null then 'entry about' else 'event' end as what,
      j.subject as id, j.position
    from journal j left join event e on e.position = j.position
    cross join lateral (select convert_from(j.statement, 'UTF8')::jsonb as said) read
   where j.kind = any('{event,reevaluation}') and j.position <> all($1::int8[])
     and (${MOMENT(`said ->> 'at'`)} is distinct from ${MOMENT('j.at')}
       or said #>> '{document,sha256}' is distinct from ${BASE64URL('j.document_sha256')}
       or e.id is not null and (said #>> '{document,mediaType}' is distinct from e.media_type
         or said #>> '{body,ruleSet}' is distinct from e.rule_set))
   order by j.position limit 1000`

/**
 * Rows that say something else than the log does, that it never spoke of, or that are gone. What the
 * entries at the positions `except` say is left out: it is known to be wrong, and may not be readable.
 */
export async function rowsThatBelieTheLog(
  db: Queryable,
  except: readonly number[]
): Promise<Compared> {
  const found = [await comparedBy(db, 'entry about events', { text: EVENTS, values: [except] })]
  for (const { what, said, kept } of PROJECTIONS) {
    const text = `with ${STATED}, said as (${said}), kept as (${kept})
        select '${what}' as what, id, position
          from said full join kept using (id, position)
         where jsonb_strip_nulls(said.facts) is distinct from jsonb_strip_nulls(kept.facts)
         order by position limit 1000`
    found.push(await comparedBy(db, what, { text, values: [except] }))
  }
  return {
    rows: found.flatMap(({ rows }) => rows),
    unreadable: found.flatMap(({ unreadable }) => unreadable)
  }
}
