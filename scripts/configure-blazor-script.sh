#!/bin/sh
# Decides where Blazor's script comes from and records it in artifacts/BlazorScript.props, which the build reads
# (src/Server/BlazorScript.targets says why). Asks the package source once; delete the file to ask again.
set -eu
cd "$(dirname "$0")/.."
answer=artifacts/BlazorScript.props
if [ -f "$answer" ]; then
    exit 0
fi

probe=$(mktemp -d)
trap 'rm -rf "$probe"' EXIT
# The SDK knows which version of the package it wants; an empty web project asks for exactly that one.
cat > "$probe/probe.csproj" <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk.Web">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <RequiresAspNetWebAssets>true</RequiresAspNetWebAssets>
  </PropertyGroup>
</Project>
PROJECT
cp global.json "$probe/"

echo "Looking for the package with Blazor's script..."
if dotnet restore "$probe/probe.csproj" -v q -nologo > "$probe/log" 2>&1; then
    from_pack=false
    echo "  found: the build uses the official package."
elif grep -q 'NU110[0-9].*Microsoft\.AspNetCore\.App\.Internal\.Assets' "$probe/log"; then
    from_pack=true
    echo "  not in the package source: the build takes the script out of the ASP.NET Core runtime pack."
else
    echo "The package source cannot be asked:" >&2
    cat "$probe/log" >&2
    exit 1
fi

mkdir -p artifacts
cat > "$answer.new" <<PROPS
<Project>
  <PropertyGroup>
    <BlazorScriptFromRuntimePack>$from_pack</BlazorScriptFromRuntimePack>
  </PropertyGroup>
</Project>
PROPS
mv "$answer.new" "$answer"
