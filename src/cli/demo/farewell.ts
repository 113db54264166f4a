import type { Terminal } from '../terminal.ts'
import type { Played } from './play.ts'
import type { Stage } from './stage.ts'
import type { TellOptions } from './tell.ts'

/** How long it took, and what to try while the service runs. */
export async function farewell(
  stage: Stage,
  played: Played,
  terminal: Terminal,
  { began, once }: TellOptions
): Promise<void> {
  const seconds = ((Date.now() - began) / 1000).toFixed(1)
  terminal.print()
  terminal.print(
    terminal.style(
      'dim',
      `  ${played.events} events, ${played.batches.size} batches, from an empty directory in ${seconds} s.`
    )
  )
  if (once) {
    terminal.print(terminal.style('dim', '  Without --once the service would keep running now.'))
    return
  }
  for (const line of await invitation(stage, played, terminal)) terminal.print(line)
}

async function invitation(stage: Stage, played: Played, { style }: Terminal): Promise<string[]> {
  const { url, clientId, clientSecret } = stage.credentialsOf('motors')
  const token = await stage.clientOf('motors').token()
  const batch = played.batches.get('M-103') ?? ''
  const curl = `curl -s -H "authorization: Bearer $TOKEN"`
  return [
    '',
    `  ${style('bold', 'The service keeps running.')}  ${url}    documentation  ${url}/docs`,
    `  Ask as Demo Motors (the token is good for ten minutes):`,
    '',
    `  TOKEN=${token}`,
    `  ${curl} '${url}/v1/batches/${batch}/origins?element=Nd'`,
    `  ${curl} '${url}/v1/batches/${batch}/origins?format=svg' > origins.svg     # a picture`,
    `  ${curl} '${url}/v1/batches/${batch}/upstream'`,
    `  ${curl} '${url}/v1/reports/dfars-252.225-7052?batch=${batch}&deliveryDate=2027-01-15'`,
    '',
    '  Or with the command line:',
    '',
    `  export LODESTONE_URL=${url} LODESTONE_CLIENT_ID=${clientId}`,
    `  export LODESTONE_CLIENT_SECRET=${clientSecret}`,
    '  ./bin/lodestone trace M-101',
    '',
    '  Or in a browser, where the same id and secret sign you in:',
    '',
    `  ${url}/web/batches/${batch}`,
    '',
    '  Ctrl-C ends it and removes its database.'
  ]
}
