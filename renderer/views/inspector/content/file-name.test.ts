import { expect, test } from 'vitest'
import { fileNameOf } from './file-name.ts'

test.each([
  ['http://a.example/films/reel-04.mp4?x=1', 'video/mp4', 'reel-04.mp4'],
  ['http://a.example/', 'application/json; charset=utf-8', 'response.json'],
  ['http://a.example', undefined, 'response.bin'],
  ['http://a.example/v1/models', 'application/json', 'models.json'],
  ['http://a.example/%2e%2e%2f%2e%2e%2fetc%2fpasswd', undefined, '_.._etc_passwd.bin'],
  ['http://a.example/.bashrc', 'text/plain', 'bashrc.txt'],
  ['http://a.example/a%E2%80%AEgpj.exe', undefined, 'a_gpj.exe'],
  ['http://a.example/%zz', 'image/png', '%zz.png'],
])('%s as %s', (url, type, name) => expect(fileNameOf(url, type, 'response')).toBe(name))
