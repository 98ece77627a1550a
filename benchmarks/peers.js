// The node peer of engine.py: jsdiff's word diff (npm package "diff"), one pair a line of JSON.
const { diffWordsWithSpace } = require("diff");
const lines = require("readline").createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const asked = JSON.parse(line);
  const begun = process.cpuUsage();
  for (let n = 0; n < asked.times; n++) diffWordsWithSpace(asked.old, asked.new);
  const spent = process.cpuUsage(begun);
  const seconds = (spent.user + spent.system) / 1e6 / asked.times;
  console.log(JSON.stringify({ seconds, made: "" }));
});
