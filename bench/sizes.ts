import type { Database } from '../src/storage/database.ts'
import type { Facts } from './report.ts'

/** How large things really are in the database that was measured. */
export async function measureSizes(db: Database): Promise<Facts> {
  const [counts] = await db.query<{ batches: number; events: number; document: number }>({
    text: `select (select count(*)::int from batch) as batches, count(*)::int as events,
      avg(length(document))::int as document from event`
  })
  const [vectors] = await db.query<Record<'origins' | 'most' | 'steps' | 'mostSteps', number>>({
    text: `select avg(length(o.body))::int as origins, max(length(o.body)) as most,
      avg(length(s.body))::int as steps, max(length(s.body)) as "mostSteps"
      from (select * from origin_version order by position limit 200000) o
      join step_version s using (batch, position)`
  })
  const [bytes] = await db.query<{ tables: string; indexes: string }>({
    text: `select sum(pg_table_size(oid)) as tables, sum(pg_indexes_size(oid)) as indexes
      from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`
  })
  const { batches = 0, events = 0, document = 0 } = counts ?? {}
  const per = (total: string | undefined) => Math.round(Number(total ?? 0) / Math.max(batches, 1))
  return {
    'Batches and events': `${batches} and ${events}`,
    'Document of an event, bytes on average': `${document}`,
    'Origins of a batch, bytes on average and at most': `${vectors?.origins} and ${vectors?.most}`,
    'Steps of a batch, bytes on average and at most': `${vectors?.steps} and ${vectors?.mostSteps}`,
    'Bytes per batch in tables and in indexes': `${per(bytes?.tables)} and ${per(bytes?.indexes)}`
  }
}
