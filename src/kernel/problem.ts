import type { Locale, Text } from './text.ts'

export interface FieldError {
  path: string
  message: string | Text
}

/**
 * A failure that leaves as RFC 9457 problem+json. `code` is the stable part (`slice.snake_case`);
 * title and detail are for people and are rendered in the reader's language by `problemJson`.
 */
export class Problem extends Error {
  readonly code: string
  readonly status: number
  readonly detail: Text | undefined
  readonly errors: readonly FieldError[] | undefined
  /** Seconds until a retry makes sense (429 and 503). */
  readonly retryAfter: number | undefined
  /** The transaction is to be committed, see Failure. */
  readonly keeps: boolean

  constructor(
    code: string,
    status: number,
    more: { detail?: Text | undefined; errors?: readonly FieldError[]; retryAfter?: number; keeps?: boolean } = {},
  ) {
    super(code)
    this.code = code
    this.status = status
    this.detail = more.detail
    this.errors = more.errors
    this.retryAfter = more.retryAfter
    this.keeps = more.keeps ?? false
  }
}

export interface Failure {
  status: number
  title: Text
  /** What was written before the failure is committed all the same (counted attempts), with an audit row. */
  keeps?: boolean
}

/** Failures that any operation may answer; a slice declares its own beside its operations. */
export const COMMON_FAILURES = {
  'input.invalid': { status: 400, title: { en: 'Some fields are not valid', zh: '部分字段不符合要求' } },
  'input.not_json': { status: 400, title: { en: 'The body is not valid JSON', zh: '请求体不是有效的 JSON' } },
  'input.too_large': { status: 413, title: { en: 'The request is too large', zh: '请求内容过大' } },
  'access.unauthenticated': { status: 401, title: { en: 'Please sign in', zh: '请先登录' } },
  'access.denied': { status: 403, title: { en: 'You do not have this permission', zh: '您没有此项权限' } },
  'route.unknown': { status: 404, title: { en: 'There is nothing at this address', zh: '该地址不存在' } },
  'member.unknown': { status: 404, title: { en: 'No such member', zh: '找不到该成员' } },
  'community.unknown': { status: 404, title: { en: 'No such community', zh: '找不到该社群' } },
  'object.unknown': { status: 404, title: { en: 'No such object', zh: '找不到该对象' } },
  'idempotency.conflict': {
    status: 409,
    title: { en: 'This Idempotency-Key was used with another body', zh: '该幂等键已用于不同的请求内容' },
  },
  'rate.exceeded': { status: 429, title: { en: 'Too many requests, please wait', zh: '请求过于频繁，请稍后再试' } },
  'service.unavailable': {
    status: 503,
    title: { en: 'Temporarily unavailable, please retry', zh: '服务暂时不可用，请稍后重试' },
  },
  'service.failed': {
    status: 500,
    title: { en: 'Something went wrong on our side; it has been logged', zh: '系统出现问题，已记录，我们会尽快处理' },
  },
} as const satisfies Record<string, Failure>

/** What is wrong with a field, in the reader's language. */
export const said = ({ message }: FieldError, locale: Locale): string =>
  typeof message === 'string' ? message : message[locale]

/** The body of an RFC 9457 answer in the reader's language. `instance` is the request id. */
export function problemJson(problem: Problem, title: Text, locale: Locale, instance: string) {
  return {
    type: `/api/docs#problem-${problem.code}`,
    title: title[locale],
    status: problem.status,
    code: problem.code,
    ...(problem.detail ? { detail: problem.detail[locale] } : {}),
    ...(problem.errors ? { errors: problem.errors.map((e) => ({ path: e.path, message: said(e, locale) })) } : {}),
    instance,
  }
}
