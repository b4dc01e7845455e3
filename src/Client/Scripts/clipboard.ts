/** Copies a text; whether it worked. Outside https and localhost browsers only offer the older way. */
export function copyText(text: string): Promise<boolean> {
  return navigator.clipboard
    ? navigator.clipboard.writeText(text).then(() => true, () => copyBySelection(text))
    : Promise.resolve(copyBySelection(text));
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
}
