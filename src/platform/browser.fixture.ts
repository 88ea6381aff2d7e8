// A browser for tests: posts operations and keeps cookies.

export interface Answer {
  status: number
  /** The output, or the problem. */
  body: Record<string, unknown>
  code: string | undefined
  headers: Headers
}

export type Browser = ReturnType<typeof openBrowser>

export function openBrowser(base: string, bearer?: string) {
  const cookies = new Map<string, string>()
  return {
    cookies,
    async call(
      operation: string,
      input: unknown = {},
      headers: Readonly<Record<string, string>> = {},
    ): Promise<Answer> {
      const response = await fetch(`${base}/api/${operation}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'accept-language': 'en',
          ...(cookies.size > 0 ? { cookie: [...cookies].map(([k, v]) => `${k}=${v}`).join('; ') } : {}),
          ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
          ...headers,
        },
        body: JSON.stringify(input),
      })
      for (const line of response.headers.getSetCookie()) {
        const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=')
        if (/max-age=0/i.test(line)) cookies.delete(name)
        else cookies.set(name, value)
      }
      const body = (await response.json()) as Record<string, unknown>
      const code = typeof body.code === 'string' ? body.code : undefined
      return { status: response.status, body, code, headers: response.headers }
    },
  }
}
