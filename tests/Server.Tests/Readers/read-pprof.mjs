// Prints a gzipped pprof profile, read by DataDog's pprof-format: its types, then a line per sample.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Profile } from 'pprof-format';

const profile = Profile.decode(gunzipSync(readFileSync(process.argv[2])));
const text = index => profile.stringTable.strings[Number(index)];
const byId = items => new Map(items.map(item => [Number(item.id), item]));
const [locations, functions, mappings] = [profile.location, profile.function, profile.mapping].map(byId);

const frame = id => {
  const location = locations.get(Number(id));
  const mapping = mappings.get(Number(location.mappingId));
  const name = text(functions.get(Number(location.line[0].functionId)).name);
  const address = BigInt.asUintN(64, BigInt(location.address));
  return name + (mapping ? `{${text(mapping.filename)}}` : '') + (address ? `@${address.toString(16)}` : '');
};
const label = ({ key, str, num }) => `${text(key)}=${Number(str) ? text(str) : num}`;

const type = ({ type, unit }) => `${text(type)}/${text(unit)}`;
console.log(`types ${profile.sampleType.map(type).join(' ')}`);
if (Number(profile.period)) {
  console.log(`period ${profile.period} ${type(profile.periodType)}`);
}
console.log(`time ${profile.timeNanos} for ${profile.durationNanos}`);
profile.comment.forEach(comment => console.log(`comment ${text(comment)}`));
for (const { locationId, value, label: labels } of profile.sample) {
  console.log(`${value.join(' ')} ${labels.map(label).join(' ')}: ${locationId.map(frame).join(' < ')}`);
}
