/**
 * Draws assets/icon.svg in every size the systems want: PNGs for Linux, an .ico for Windows, an .icns for macOS. Run
 * by hand after the drawing has changed (`node tools/icons.ts`); what it makes is kept in assets/icons.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { chromium } from '@playwright/test'
import { icnsOf, icoOf, type Images } from './icon-files.ts'

const sizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024]
const folder = 'assets/icons'
const drawing = readFileSync('assets/icon.svg', 'utf8')

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-sync'],
})
const page = await browser.newPage()
const images: Images = new Map()
for (const size of sizes) {
  await page.setViewportSize({ width: size, height: size })
  await page.setContent(`<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${drawing}`)
  images.set(size, await page.screenshot({ omitBackground: true }))
}
await browser.close()

mkdirSync(folder, { recursive: true })
for (const [size, png] of images) writeFileSync(`${folder}/${size}x${size}.png`, png)
writeFileSync(`${folder}/icon.ico`, icoOf(images))
writeFileSync(`${folder}/icon.icns`, icnsOf(images))
console.log(`${folder}: ${sizes.join(', ')} px, icon.ico, icon.icns`)
