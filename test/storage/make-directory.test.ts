import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { makeDirectory } from '../../src/storage/make-directory.ts'

t.test('makes a directory and those above it, unless they are there', async (t) => {
  const scratch = mkdtempSync(join(tmpdir(), 'lodestone-made-'))
  t.teardown(() => rmSync(scratch, { recursive: true, force: true }))
  const deep = join(scratch, 'a/b/c')
  await Promise.all([makeDirectory(deep, 0o700), makeDirectory(deep, 0o700)])
  t.equal(statSync(deep).mode & 0o777, 0o700)
  mkdirSync(join(deep, 'kept'))
  await makeDirectory(deep)
  t.ok(statSync(join(deep, 'kept')).isDirectory())
  await makeDirectory(tmpdir())

  const file = join(scratch, 'file')
  writeFileSync(file, '')
  await t.rejects(makeDirectory(file), { code: 'EEXIST' })
  await t.rejects(makeDirectory(join(file, 'below')), { code: 'ENOTDIR' })
})

const skip = process.platform === 'linux' ? false : '/proc is of Linux'

t.test('gives up where a file system makes none', { skip, timeout: 20_000 }, async (t) => {
  await t.rejects(makeDirectory('/proc/self/lodestone'), { code: 'ENOENT', syscall: 'mkdir' })
})
