#!/usr/bin/env bash
# A new user's path, for real: packs the libraries, starts the devnet, and then does in an empty folder what README tells a new user to do, with the
# code that README has. The clock runs from "dotnet new worker" to the first block printed. Needs the .NET SDK, and the registry of the SDK's own packages.
# Exits 0 only if a block of the devnet was printed.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
repository=$PWD
work=$(mktemp -d)
version=0.1.0-newuser.$(date +%s)
devnet=
cleanup() {
  [ -z "$devnet" ] || kill "$devnet" 2>/dev/null || true
  rm -rf "$work" "${NUGET_PACKAGES:-$HOME/.nuget/packages}"/opstack.*/"$version"
}
trap cleanup EXIT

for project in OpStack.Primitives OpStack.Libp2p OpStack.Discv5 OpStack.P2P OpStack.P2P.Hosting; do
  dotnet pack "src/$project" -c Release -v quiet -o "$work/feed" -p:Version="$version" > "$work/pack.log" || { cat "$work/pack.log"; exit 1; }
done
dotnet build samples/Devnet -c Release -v quiet > "$work/devnet-build.log" || { cat "$work/devnet-build.log"; exit 1; }
dotnet samples/Devnet/bin/Release/net10.0/Devnet.dll --json --blocks 0 --block-time 1 --rollup-config "$work/rollup.json" > "$work/devnet.json" &
devnet=$!
for _ in $(seq 120); do
  grep -q followable "$work/devnet.json" && break
  sleep 1
done
field() { grep -m1 followable "$work/devnet.json" | sed -E "s/.*\"$1\":\"([^\"]*)\".*/\1/"; }
[ -n "$(field bootnode)" ]

cd "$work"
begun=$(date +%s.%N)
dotnet new worker -o node --no-restore > new.log
cd node
dotnet add package OpStack.P2P.Hosting --version "$version" --source "$work/feed" --no-restore > add.log
awk '/^<!-- new-user -->/ { found = 1 } found && /^```$/ { exit } found && inside { print } found && /^```csharp$/ { inside = 1 }' "$repository/README.md" > Program.cs
rm Worker.cs
: > run.log
dotnet run --property:RestoreAdditionalProjectSources="$work/feed" -- \
  --P2P:RollupConfig "$work/rollup.json" --P2P:UnsafeBlockSigner "$(field unsafeBlockSigner)" --P2P:Bootnodes "$(field bootnode)" \
  --P2P:ListenIp 127.0.0.1 --P2P:ListenTcp 0 --P2P:AdvertiseIp 127.0.0.1 > run.log 2>&1 &
node=$!
for _ in $(seq 3000); do # A hang guard of ten minutes.
  grep -qE '^[0-9]+ 0x[0-9a-f]{64}$' run.log && break
  kill -0 "$node" 2>/dev/null || break
  sleep 0.2
done
ended=$(date +%s.%N)
pkill -TERM -P "$node" || true # The node itself; "dotnet run" ends with it. A shell's background jobs are deaf to INT.
wait "$node" 2>/dev/null || true
if ! grep -m3 -E '^[0-9]+ 0x[0-9a-f]{64}$' run.log; then
  cat run.log
  exit 1
fi
printf '%s lines of code, %.1f s from "dotnet new worker" to the first block printed\n' "$(grep -cv '^ *$' Program.cs)" "$(echo "$ended - $begun" | bc)"
