import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// Two front ends, one config: `vite build --mode console` and `vite build --mode portal`.
const BASE = { console: '/console/', portal: '/' } as const

export default defineConfig(({ mode }) => {
  const end = mode === 'portal' ? 'portal' : 'console'
  const server = `http://127.0.0.1:${process.env.PORT ?? 4000}`
  return {
    root: `src/${end}`,
    base: BASE[end],
    plugins: [react()],
    build: {
      outDir: `../../dist/${end}`,
      emptyOutDir: true,
      target: 'es2022',
      chunkSizeWarningLimit: 900,
      // `/api/docs` is a page of its own beside the console.
      ...(end === 'console'
        ? {
            rolldownOptions: {
              input: ['index.html', 'docs.html'].map((f) => join(import.meta.dirname, 'src/console', f)),
            },
          }
        : {}),
    },
    server: { proxy: { '/api': server, '/v1': server, '/files': server, '/manifest.webmanifest': server } },
  }
})
