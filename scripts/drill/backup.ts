import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chownSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { connect } from '../../src/storage/embedded/presence.ts'
import type { Cluster } from '../../test/support/faults/cluster.ts'

/** What survives the disk of the database. */
export interface Storage {
  /** Holds the directory that `pg_wal` is a link to. */
  readonly wal: string
  readonly archive: string
  readonly backup: string
}

/** Not part of a backup (PostgreSQL manual, "Backing Up the Data Directory"). */
const LEFT_OUT = new Set(['postmaster.pid', 'postmaster.opts', 'pg_wal', 'pg_replslot'])

/** An online backup with nothing but SQL and copies of files; its size in bytes. */
export async function baseBackup({ place }: Cluster, storage: Storage): Promise<number> {
  const client = await connect(place.socket, 'lodestone-drill')
  try {
    await client.query(`select pg_backup_start('drill', true)`)
    copyLive(place.data, storage.backup)
    // Waits until everything that the backup needs is in the archive.
    const { rows } = await client.query('select labelfile from pg_backup_stop(true)')
    writeFileSync(join(storage.backup, 'backup_label'), rows[0].labelfile)
  } finally {
    await client.end()
  }
  for (const name of ['pg_wal', 'pg_replslot']) mkdirSync(join(storage.backup, name))
  cpSync(storage.archive, join(storage.backup, 'pg_wal'), { recursive: true })
  return sizeOf(storage.backup)
}

/** The same with the tools of a PostgreSQL that has them, and verified by them. */
export function basebackupTool(bin: string, { place }: Cluster, { backup }: Storage): number {
  const server = ['--host', place.socket, '--username', 'lodestone']
  const how = ['--pgdata', backup, '--checkpoint', 'fast', '--wal-method', 'stream']
  run(join(bin, 'pg_basebackup'), [...server, ...how])
  run(join(bin, 'pg_verifybackup'), [backup])
  return sizeOf(backup)
}

/**
 * Puts the backup where a cluster of `directory` looks for its data. With `replay`, PostgreSQL then
 * follows the archive and what the WAL disk holds to the last commit.
 */
export function restoreTo(directory: string, storage: Storage, { replay }: { replay: boolean }) {
  const home = join(directory, 'postgres')
  const data = join(home, 'data')
  mkdirSync(home, { mode: 0o711 })
  run('cp', ['-a', storage.backup, data])
  if (replay) {
    run('cp', ['-a', `${join(storage.wal, 'pg_wal')}/.`, join(data, 'pg_wal')])
    const command = `restore_command = 'cp ${storage.archive}/%f %p'\n`
    appendFileSync(join(data, 'postgresql.auto.conf'), command)
    writeFileSync(join(data, 'recovery.signal'), '')
  }
  const { uid, gid } = statSync(storage.wal)
  run('chown', ['-R', `${uid}:${gid}`, data])
  run('chmod', ['700', data])
}

/** Files come and go under a running server; what has gone is found in its WAL. */
function copyLive(from: string, to: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (LEFT_OUT.has(entry.name) && from.endsWith('/data')) continue
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    try {
      if (entry.isDirectory()) {
        mkdirSync(target)
        copyLive(source, target)
      } else if (entry.isFile()) copyFileSync(source, target)
      const { uid, gid } = statSync(source)
      chownSync(target, uid, gid)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
}

function sizeOf(directory: string): number {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
}

function run(program: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} failed: ${error?.message ?? stderr}`)
}
