const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * A name as it may be shown: characters that are not seen but change what is (control characters, those that turn the
 * direction of writing, halves of characters) appear as their escapes, as `\u202e`. VisibleText.cs does the same.
 */
export function visibleText(text: string): string {
  return text.replace(unseen, character => {
    const code = character.codePointAt(0)!.toString(16);
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
  });
}
