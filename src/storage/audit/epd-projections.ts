import { BASE64URL, HASH_OF, type Projection } from './projection.ts'

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

/** What the log says of versions of declarations, and of the steps that they went through. */
export const EPD_PROJECTIONS: readonly Projection[] = [
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
  }
]
