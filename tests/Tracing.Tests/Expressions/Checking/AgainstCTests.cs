using System.Globalization;
using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Specs;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Tests.Expressions.Checking;

/// <summary>Constants and constant expressions, compared with what gcc makes of them.</summary>
public sealed class AgainstCTests
{
    [Fact]
    public void Constant_expressions_have_the_size_sign_and_value_that_gcc_gives_them()
    {
        var generator = new ConstantTexts(7);
        var cases = new List<(string Text, string Result)>();
        while (cases.Count < 3000)
        {
            var text = generator.Expression(4);
            if (Evaluate(text) is { } result)
            {
                cases.Add((text, result));
            }
        }

        var lines = cases.Select(it => $"S({it.Text})");
        var expected = CProgram.Run("#define S(e) printf(\"%d %d %lld\\n\", (int)sizeof(e), (__typeof__(e))-1 < 0, (long long)(e));", lines);
        Assert.Equal(cases.Count, expected.Count);
        Assert.All(cases.Zip(expected), pair => Assert.Equal($"{pair.First.Text} = {pair.Second}", $"{pair.First.Text} = {pair.First.Result}"));
    }

    [Fact]
    public void Macro_constants_have_the_values_of_the_headers()
    {
        // What the kernel has for itself, what the headers of other versions lack, and O_LARGEFILE, which is 0 in libc.
        var lines = MacroConstants.Values.Keys.Where(name => name is not ("O_LARGEFILE" or "true" or "false"))
            .Select(name => $"\n#ifdef {name}\nprintf(\"{name} %lld\\n\", (long long)({name}));\n#endif\n");
        var values = CProgram.Run("", lines).Select(line => line.Split(' ')).ToList();
        Assert.True(values.Count > 400, $"{values.Count} constants were compared");
        Assert.All(values, pair => Assert.Equal(long.Parse(pair[1], CultureInfo.InvariantCulture), MacroConstants.Values[pair[0]]));
    }

    private static string? Evaluate(string text)
    {
        var diagnostics = new List<Diagnostic>();
        var syntax = ExpressionParser.Parse(text, diagnostics);
        Assert.True(syntax is not null, text);
        var value = Checker.Value(syntax, SmallKernel.Scope("untyped"), CoreTypes.Instance, diagnostics);
        if (value is null)
        {
            Assert.Contains(diagnostics, it => it.Message.Contains("shift by") || it.Message.Contains("division by 0") || it.Message.Contains("is never"));
            return null;
        }

        var constant = Assert.IsType<ConstantExpression>(value);
        var (size, isSigned) = Conversions.Shape(constant.Type);
        return string.Create(CultureInfo.InvariantCulture, $"{size} {(isSigned ? 1 : 0)} {constant.Value}");
    }

    /// <summary>Expressions of constants, all of whose results C defines with -fwrapv.</summary>
    private sealed class ConstantTexts(int seed)
    {
        private static readonly string[] Types =
            ["int", "u8", "s8", "u16", "s16", "u32", "s32", "u64", "s64", "unsigned long", "char", "bool", "long long"];

        private readonly Random _random = new(seed);

        public string Expression(int depth) => depth == 0 ? Leaf() : _random.Next(12) switch
        {
            0 => Leaf(),
            1 => $"({Any("-", "~", "!", "+")}({Expression(depth - 1)}))",
            2 or 3 => $"(({Any(Types)})({Expression(depth - 1)}))",
            4 => $"({Expression(depth - 1)} ? {Expression(depth - 1)} : {Expression(depth - 1)})",
            5 => $"({Expression(depth - 1)} {Any("/", "%")} {_random.Next(1, 1000)}{Any("", "u", "l", "ul")})",
            6 => $"({Expression(depth - 1)} {Any("<<", ">>")} {_random.Next(40)})",
            7 => $"({Expression(depth - 1)} {Any("&&", "||")} {Expression(depth - 1)})",
            8 => $"({Expression(depth - 1)} {Any("<", "<=", ">", ">=", "==", "!=")} {Expression(depth - 1)})",
            9 => $"sizeof({Any(Types)})",
            _ => $"({Expression(depth - 1)} {Any("+", "-", "*", "&", "|", "^")} {Expression(depth - 1)})",
        };

        private string Leaf() => _random.Next(5) switch
        {
            0 => $"{_random.Next(200)}{Any("", "u", "l", "ul", "ull")}",
            1 => $"0x{_random.NextInt64() >> _random.Next(60):x}",
            2 => $"{_random.NextInt64() >> _random.Next(60)}",
            3 => $"0{Convert.ToString(_random.NextInt64() >> _random.Next(60), 8)}",
            _ => Any("'a'", @"'\377'", @"'\x80'", "2147483648", "0x80000000", "0xffffffffffffffff", "4294967295u"),
        };

        private string Any(params string[] values) => values[_random.Next(values.Length)];
    }
}
