// Draws the door of the portal in both languages into its page, so that it is seen before the script has come.
import { hash } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'
import { root } from './ready.mjs'

/** Letters of no language: the server puts the brand's name in their place. */
const NAMES = { zh: '\uE000', en: '\uE001' }
const portal = join(root, 'src/portal')
const quiet = { root: portal, configFile: join(root, 'vite.config.ts'), mode: 'portal', logLevel: 'warn' }

/** What a component asks of a browser while it is drawn. */
function standIn(locale) {
  const nothing = { getItem: (key) => (key === 'banyan.locale' ? locale : null), setItem() {}, removeItem() {} }
  Object.defineProperty(globalThis, 'localStorage', { value: nothing, configurable: true })
  globalThis.location = new URL('http://portal/')
  globalThis.document = { getElementById: () => ({ textContent: JSON.stringify({ name: NAMES }) }) }
  globalThis.matchMedia = () => ({ matches: false })
}

async function drawn() {
  const folder = join(root, 'dist/.door')
  await build({ ...quiet, build: { ssr: 'door/draw.tsx', outDir: folder, copyPublicDir: false } })
  standIn('zh')
  const { draw } = await import(pathToFileURL(join(folder, 'draw.js')))
  const doors = Object.keys(NAMES).map((locale) => {
    standIn(locale)
    return `<template id="door-${locale}">${draw()}</template>`
  })
  rmSync(folder, { recursive: true })
  return doors.join('')
}

async function ahead() {
  const entry = { entry: 'door/ahead.ts', formats: ['iife'], name: 'ahead', fileName: 'ahead' }
  const [{ output }] = await build({ ...quiet, build: { lib: entry, write: false, copyPublicDir: false } })
  return output[0].code
}

export async function drawDoor() {
  const page = join(root, 'dist/portal/index.html')
  const built = readFileSync(page, 'utf8')
  if (built.includes('<template')) return
  const code = await ahead()
  const file = `/assets/ahead-${hash('sha256', code, 'base64url').slice(0, 8)}.js`
  writeFileSync(join(root, 'dist/portal', file), code)
  const html = built.replace('</body>', `${await drawn()}<script src="${file}"></script></body>`)
  writeFileSync(page, html)
}
