using System.Runtime.Versioning;

// BPF is Linux's; and files that only their owner may read are made by Unix modes.
[assembly: SupportedOSPlatform("linux")]
