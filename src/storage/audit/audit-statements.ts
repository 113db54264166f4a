import type { Queryable } from '../database.ts'
import { type Compared, comparedBy } from './audit-rows.ts'

/**
 * Rows that follow from what statements say, both ways: `said` is what the log says that there is,
 * `kept` what there is. Each gives id, position and facts.
 */
interface Projection {
  readonly what: string
  readonly said: string
  readonly kept: string
}

const BASE64URL = (bytes: string) =>
  `translate(rtrim(encode(${bytes}, 'base64'), E'=\\n'), E'+/\\n', '-_')`
const HASH_OF = (text: string) => BASE64URL(`sha256(convert_to(${text}, 'UTF8'))`)
/** The same moment, however it is written. */
const MOMENT = (time: string) => `extract(epoch from (${time})::timestamptz)`
/** The first entry about each thing of a kind. */
const FIRST = (kind: string) => `select distinct on (subject) subject as id, position,
    jsonb_build_object('organization', organization) as facts
  from stated where kind = '${kind}' order by subject, position`
const THING = (table: string, organization: string) => `select id::text, position,
    jsonb_build_object('organization', ${organization}) as facts from ${table}`
/** The entry of a kind that ended or changed the thing: there is one at most. */
const THEN = (kind: string) =>
  `left join (select subject, position, at, body from stated where kind = '${kind}')`
/** Steps of a version of a declaration, in their order. */
const SO_FAR = 'over (partition by subject, version order by position)'
const LAST = (...transitions: readonly string[]) =>
  `max(position) filter (where transition in (${transitions.map((name) => `'${name}'`).join()})) ${SO_FAR}`

const STEPS = `with steps as (
    select subject, position, ${LAST('register')} as registered,
        ${LAST('start_verification', 'return')} as taken, ${LAST('verify', 'return')} as verified,
        ${LAST('confirm_editorial')} as edited
      from (
        select subject, position, body ->> 'version' as version, body ->> 'transition' as transition
          from stated where kind in ('epd', 'epd_transition')
      ) step
  )`

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
        'roles', c.body -> 'roles', 'made', ${MOMENT('c.at')}, 'revoked', ${MOMENT('r.at')}) as facts
      from stated c ${THEN('client_revocation')} r on r.subject = c.subject
      where c.kind = 'client'`,
    kept: `select id, position, jsonb_build_object('organization', organization,
        'roles', to_jsonb(roles), 'made', ${MOMENT('created_at')},
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
  {
    what: 'version of the epd',
    said: `select subject as id, position, jsonb_build_object('version', body -> 'version',
        'sha256', document -> 'sha256', 'mediaType', document -> 'mediaType',
        'report', body -> 'reportSha256', 'external', body -> 'externalSha256') as facts
      from stated where kind = 'epd'`,
    kept: `select epd::text as id, position, jsonb_build_object('version', version,
        'sha256', ${BASE64URL('sha256')}, 'mediaType', media_type,
        'report', ${BASE64URL('report_sha256')}, 'external', ${HASH_OF('external')}) as facts
      from epd_version`
  },
  {
    what: 'step of the epd',
    said: `select subject as id, position, jsonb_build_object('version', body -> 'version',
        'state', body -> 'state', 'transition', body -> 'transition',
        'by', coalesce(body ->> 'by', organization)) as facts
      from stated where kind in ('epd', 'epd_transition')`,
    kept: `select s.epd::text as id, s.position, jsonb_build_object('version', v.version,
        'state', s.state,
        'transition', case when s.position <> v.position then s.transition end,
        'by', s.organization) as facts
      from epd_state_version s left join epd_version v using (epd, version_key)`
  },
  {
    what: 'registration of the epd',
    said: `${STEPS} select steps.subject as id, steps.position, jsonb_build_object('at', r.position,
        'by', r.body -> 'by', 'number', r.body -> 'registrationNumber') as facts
      from steps left join stated r on r.position = registered`,
    kept: `select epd::text as id, position, jsonb_build_object('at', registration,
        'by', programme, 'number', registration_number) as facts from epd_state_version`
  },
  {
    // Where an editorial version keeps the verification of another one, that one tells.
    what: 'verification of the epd',
    said: `${STEPS} select steps.subject as id, steps.position, jsonb_build_object(
        'by', case when t.body ->> 'transition' = 'start_verification' then t.body -> 'by' end,
        'at', case when v.body ->> 'transition' = 'verify' then v.position end) as facts
      from steps left join stated t on t.position = taken left join stated v on v.position = verified
      where edited is null`,
    kept: `${STEPS} select epd::text as id, s.position,
        jsonb_build_object('by', s.verifier, 'at', s.verification) as facts
      from epd_state_version s left join steps on steps.position = s.position where edited is null`
  },
  {
    what: 'registration number of the epd',
    said: `select distinct on (subject, body ->> 'by', body ->> 'registrationNumber')
        subject as id, position,
        jsonb_build_object('by', body -> 'by', 'number', body -> 'registrationNumber') as facts
      from stated where kind = 'epd_transition' and body ->> 'transition' = 'register'
      order by subject, body ->> 'by', body ->> 'registrationNumber', position`,
    kept: `select epd::text as id, used_position as position,
        jsonb_build_object('by', operator, 'number', number) as facts
      from registration_number where epd is not null`
  },
  {
    what: 'reason of a step of the epd',
    said: `select subject as id, position, jsonb_build_object('reason', body -> 'reasonSha256') as facts
      from stated where kind = 'epd_transition' and body ? 'reasonSha256'
        and not exists (select from erasure e where e.position = stated.position)`,
    kept: `select epd::text as id, position, jsonb_build_object('reason', ${HASH_OF('reason')}) as facts
      from epd_state_version s where reason is not null
        and not exists (select from erasure e where e.position = s.position)`
  },
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
