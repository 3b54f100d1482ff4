/**
 * The style nonce of this load. The host writes it into the page it serves; browsers blank the attribute, so it is read
 * from the property. Absent in development, where the policy is looser.
 */
export function readStyleNonce(): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]');
  const nonce = meta?.nonce ?? '';
  return nonce === '__CSP_NONCE__' ? '' : nonce;
}
