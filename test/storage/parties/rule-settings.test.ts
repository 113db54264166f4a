import t from 'tap'
import { CURRENT_SETTINGS } from '../../../src/storage/parties/rule-settings.ts'
import { testDatabase } from '../../support/database.ts'

t.test('settings are found by their organization, as every group of events asks', async (t) => {
  const db = await testDatabase(t)
  const plan = await db.transaction(async (tx) => {
    await tx.query({ text: 'set local enable_seqscan = off' })
    const id = '5f1c9a52-7f0e-4a43-9d8e-2f5a1f0c0b03'
    const text = `explain ${CURRENT_SETTINGS}`
    return tx.query<{ readonly 'QUERY PLAN': string }>({ text, values: [[id]] })
  })
  const told = plan.map((row) => row['QUERY PLAN']).join('\n')
  t.match(told, /rule_setting_organization/)
  t.notMatch(told, /Seq Scan/)
})
