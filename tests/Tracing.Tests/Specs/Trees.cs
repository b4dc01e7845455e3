using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Specs.Tools;
using FsCheck;
using FsCheck.Fluent;

namespace BpfDashboard.Tracing.Tests.Specs;

/// <summary>Generates every tree that a command can have, but for the one of -h.</summary>
internal static class Trees
{
    private static readonly string[] Regexes =
    [
        "^vfs_.*", "(write|read)$", "a|b", @"\d+\:x", "[:a]", "(a:b)", "[]:]x", "it's", "(?i)a b", "x{2}", "-a",
        @"\$x\\",
    ];

    private static readonly Gen<string> Names = Text("tp/._- '\"\\$#~()[]{}|&;<>`!?^\u6f22");
    private static readonly Gen<string> PlainNames = Text("tp/._- '\"$#~|&;<>`!?^\u6f22");
    private static readonly Gen<string> Wildcards = Text("abc_*?+.-[](){}|'\"\\ $`\t#~^\u6f22");

    public static Gen<CommandSyntax> Commands { get; } =
        from tool in Gen.Elements(Funccount.Definition, Stackcount.Definition)
        from all in Gen.Elements(tool.Options.Where(option => option.Id != OptionId.Help).ToArray()).SelectMany(Option).ListOf()
        let options = all.Take(Parser.MaxOptions).ToList()
        let isRegex = options.Any(option => option.Definition.Id == OptionId.Regexp)
        // What could be a condition is one there, and no name.
        from probe in Probe(isRegex).Where(probe =>
            !tool.TakesCondition || isRegex || !StackProbeParser.Applies(CommandPrinter.Print(probe)))
        select new CommandSyntax(tool, options, [probe]);

    private static Gen<OptionSyntax> Option(OptionDefinition definition) => definition.Argument switch
    {
        OptionArgument.None => Gen.Constant(new OptionSyntax(definition, null, default, default)),
        OptionArgument.Seconds => Value(definition, Gen.Elements("1", "0.1", ".5", "3600", "007", "2592000")),
        OptionArgument.Dimensions => Value(definition, Gen.Elements("thread", "cpu", "thread,cpu", "cpu,thread")),
        _ => Value(definition, Gen.Choose(1, 4_194_304).Select(number => $"{number}")),
    };

    private static Gen<OptionSyntax> Value(OptionDefinition definition, Gen<string> values) =>
        values.Select(value => new OptionSyntax(definition, value, default, default));

    private static Gen<ProbeSyntax> Probe(bool isRegex)
    {
        var pattern = (isRegex ? Gen.Elements(Regexes) : Wildcards).Select(text => Pattern(isRegex, text));
        var pair = from category in isRegex ? Gen.Elements(Regexes) : Wildcards
                   from name in isRegex ? Gen.Elements(Regexes) : Wildcards
                   select Pattern(isRegex, $"{category}:{name}");
        var target = (isRegex ? PlainNames : Names).Select(Name);
        var path = target.Select(name => Name($"/{name.Text}:b"));
        return Gen.OneOf(
            from one in pattern select (ProbeSyntax)new KernelFunctionSyntax(default, one),
            from one in pattern
            from name in Gen.OneOf(target, path)
            select (ProbeSyntax)new UserFunctionSyntax(default, name, one),
            from hertz in Gen.Choose(1, 10_000)
            select (ProbeSyntax)new ProfileSyntax(default, Pattern(isRegex: false, $"{hertz}hz"), hertz),
            from both in pair select (ProbeSyntax)new TracepointSyntax(default, both),
            from one in pattern from name in target select (ProbeSyntax)new UsdtSyntax(default, name, null, one),
            from one in pattern
            from name in Gen.OneOf(target, path)
            from provider in target
            select (ProbeSyntax)new UsdtSyntax(default, name, provider, one));
    }

    private static PatternSyntax Pattern(bool isRegex, string text) =>
        new(isRegex ? PatternKind.Regex : PatternKind.Wildcard, text, default);

    private static NameSyntax Name(string text) => new(text, default);

    private static Gen<string> Text(string letters) =>
        Gen.Elements(letters.ToCharArray()).NonEmptyListOf().Select(chars => new string([.. chars.Take(20)]));
}
