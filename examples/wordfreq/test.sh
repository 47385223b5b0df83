#!/bin/sh
# Runs wordfreq on small inputs and compares what it prints; writes a JUnit report when REPORT names a file.
program=$1
passed=0 failed=0 cases=""

expect() { # NAME INPUT EXPECTED [ARGUMENTS...]
  name=$1 input=$2 expected=$3
  shift 3
  actual=$(printf '%b' "$input" | "$program" "$@")
  if [ "$actual" = "$(printf '%b' "$expected")" ]; then
    printf '\033[32mok\033[0m   %s\n' "$name"
    passed=$((passed + 1)) cases="$cases<testcase name=\"$name\"/>"
  else
    printf '\033[31mFAIL\033[0m %s: expected "%s", got "%s"\n' "$name" "$expected" "$actual"
    failed=$((failed + 1)) cases="$cases<testcase name=\"$name\"><failure/></testcase>"
  fi
}

expect 'counts words without regard to case' 'The cat and the hat' '      2 the\n      1 and\n      1 cat\n      1 hat'
expect 'prints nothing for an empty input' '' ''
expect 'keeps apostrophes inside words' "don't 'quote'" "      1 don't\n      1 quote"
expect 'prints as many as it was asked to' 'b a c' '      1 a' -n 1
many=$(awk 'BEGIN { for (i = 0; i < 5000; i++) { s = ""; for (n = i; n > 0; n = int(n / 26)) s = s sprintf("%c", 97 + n % 26); printf "x%sy ", s } }')
expect 'grows with thousands of words' "$many zebra zebra" '      2 zebra' -n 1

if [ -n "$REPORT" ]; then
  printf '<testsuite name="wordfreq" tests="%d" failures="%d">%s</testsuite>\n' \
    $((passed + failed)) "$failed" "$cases" >"$REPORT"
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
