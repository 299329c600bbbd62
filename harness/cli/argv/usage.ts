/** What `help` prints. */
export const USAGE = `Leaklab runs randomised experiments on phones, and says what a browser tells whom.

  npm run scenario <name> [-- options]    run a scenario on the bench, judge it, print the verdicts
  npm run scenario all [-- options]       every scenario, one after the other
  npm run scenario -- --list              the scenarios, with question and cost; what no experiment can answer
      --device <name>         only this device of devices.json (may be repeated, or names with commas)
      --browser <name>        only this browser (may be repeated)
      --replicates <n>        every condition n times (12 unless the scenario says otherwise)
      --seed <words>          the same words give the same order of trials
      --resume [run]          go on with an interrupted run: the latest, or the one named
      --fail-on leaks|change  exit with 3 when that is the answer
      --reporter <name>       show progress through one of Mocha's reporters (spec, dot, json, xunit …)
  npm run compare -- <A> <B>              firmware against firmware: two runs, devices, app versions, ROM builds or dates
      --json                  one JSON document instead of words
      --fail-on change        exit with 3 when anything changed
  npm run leaklab -- judge <run>          judge a run again, from its record alone
  npm run leaklab -- detect <file>        search any capture (HAR 1.2 or exchanges.jsonl) for canaries
      --canaries <file>       [{"name", "value", "kind"?}, …]
      --json                  one JSON document instead of words
      --explain               show each canary in its surroundings at each layer
      --salts <file>          one salt a line, for hashes made with them
      --keys <file>           keys that are known, for what they open
  npm run leaklab -- doctor               is the bench fit: programs, rights, disk, adb, Appium, phones
      --gateway               and what listening through a network of ours needs
  npm run leaklab -- restore              put back what a crash left changed on a phone
      --device <name>         only this device (may be repeated)
  npm run leaklab -- truth <profile>      what a ROM profile is built to leak, from its rules alone
      --scenario <name>       in this scenario's conditions
  npm run leaklab -- calibrate            run scenarios on ROM profiles and hold the verdicts against the truth
      --roms <folder>         the profiles of this folder (otherwise those that are shipped)
      --profile <name>        only this profile, by name or file (may be repeated, or names with commas)
      --scenario <name>       only this scenario (may be repeated, or names with commas); all: every one; otherwise incognito
      --minutes <n>           begin no further run after so many minutes
      --resume [name]         go on with one that was stopped: the latest, or the one named
      --replicates, --seed, --reporter as above
      --min-sensitivity <s>, --min-specificity <s>  exit with 3 below this share (0 to 1), or on a contradiction
  npm test [-- test/judge]                set up what is missing, run all tests (or those of one folder)
  npm run bench [-- name]                 measure what Leaklab costs on this machine
  npm run check                           types, lint, format, import rules, dead code

Exit codes: 0 judged, whatever the answer · 1 something to put right · 2 a bug · 3 --fail-on or --min-… matched · 130 interrupted
`;
