/**
 * What a page of ours may do, for both doors that serve it: `app://` under Electron and loopback HTTP. One policy, one
 * nonce a load; nothing inline but style elements that carry the nonce, nothing from elsewhere, no framing.
 */
import { randomBytes } from 'node:crypto';

/** The placeholder that the build puts on script and style tags and into meta[property=csp-nonce]. */
export const noncePlaceholder = '__CSP_NONCE__';

/** 128 fresh bits in base64, for one page load. */
export const freshNonce = (): string => randomBytes(16).toString('base64');

/** The Content-Security-Policy of a page served with `nonce`. */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'self'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Headers of every reply, whatever it carries. */
export const strictHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'permissions-policy':
    'camera=(), geolocation=(), microphone=(), display-capture=(), usb=(), serial=(), hid=(), payment=()',
};

/** The policy of replies that are no page: they may do nothing at all if a browser shows them. */
export const inertPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
