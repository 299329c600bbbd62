import { openLab } from './cli/bench/lab.ts';
import { openPhone } from './gather/devices/android.ts';
import { readBench } from './gather/devices/bench.ts';
import { compareIdentity, compareApp } from './gather/devices/expect.ts';
import { openBrowser } from './gather/browsers/hands.ts';
import { profiles } from './gather/browsers/profiles.ts';
import { readFileSync, writeFileSync } from 'node:fs';
const name = process.argv[2];
const url = process.argv[3] ?? 'https://www.example.com/';
const entry = readBench(readFileSync('devices.json','utf8'),'devices.json').find(e => e.name === name);
let t = Date.now(); const lap = (s) => { console.log(String(Date.now()-t).padStart(6), s); t = Date.now(); };
await using lab = await openLab(new Map([[name, entry]]), { root: process.cwd(), workDir: '/tmp/h6w', seed: 's' });
lap('lab ' + JSON.stringify(lab.tools));
const { link, clock } = lab.devices.get(name);
await using phone = await openPhone(link, { undoDir: '/tmp/h6w/undo', clock });
lap('phone');
const id = await phone.identity(); console.log(id); lap('identity');
const [browserName, version] = Object.entries(entry.browsers)[0];
const profile = profiles.get(browserName);
const app = await phone.app(profile.package); console.log(app); lap('app');
console.log(compareIdentity(entry, id)?.message, compareApp(name, browserName, version, app)?.message);
const port = Number(new URL(link.world.proxy).port);
console.log('trust', await phone.trust(readFileSync(link.world.site.cert,'utf8'))); lap('trust');
await phone.routeThrough(port); lap('route ' + await phone.routeStands());
await using browser = await openBrowser(link, profile, { clock, workDir: '/tmp/h6w' });
lap('session');
for (let round = 0; round < 2; round++) {
await phone.clear(profile.package); lap('clear');
await browser.start(); lap('start');
for (const f of profile.factors) { const level = f.levels[1-round]; await browser.set(f.name, level); lap(`set ${f.name} ${level}`); }
for (const f of profile.factors) { const r = await browser.read(f.name); lap(`read ${f.name}: ${r.level} «${r.caption}» ${r.picture.length} ${r.tree.length}`); writeFileSync(`/tmp/h6w/${f.name}.png`, r.picture); }
await browser.open(url).then(()=>lap('open'), e=>{lap('open '+e.code+' '+e.message)});
await browser.search('Google', 'yellow submarine café').then(()=>lap('search'), e=>{lap('search '+e.code+' '+e.message)});
await browser.search('DuckDuckGo', 'green "onion" & 100%').then(()=>lap('search ddg'), e=>{lap('ddg '+e.code+' '+e.message)});
for (const f of profile.factors) { const r = await browser.read(f.name); lap(`read ${f.name}: ${r.level} «${r.caption}»`); }
writeFileSync('/tmp/h6w/last.png', (await browser.look()).picture);
}
console.log((await phone.log()).length);
console.log(readFileSync(`/tmp/h6w/undo/${name}.jsonl`,'utf8').trim());
