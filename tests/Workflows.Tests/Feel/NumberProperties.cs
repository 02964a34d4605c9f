using System.Globalization;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Tests.Feel;

public sealed class NumberProperties
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(2_000);

    private static readonly Gen<decimal> Decimals =
        from high in Gen.Choose(-1, int.MaxValue)
        from middle in Gen.Choose(0, int.MaxValue)
        from low in Gen.Choose(int.MinValue, int.MaxValue)
        from scale in Gen.Choose(0, 28)
        from negative in Gen.Elements(true, false)
        from words in Gen.Choose(0, 2)
        select new decimal(low, words > 0 ? middle : 0, words > 1 ? high : 0, negative, (byte)scale);

    [Fact]
    public void The_fast_path_gives_what_exact_arithmetic_rounded_to_34_digits_gives() => Prop.ForAll(
        Decimals.Zip(Decimals).ToArbitrary(),
        pair =>
        {
            var (left, right) = pair;
            var (l, r) = (WideNumber.From(left), WideNumber.From(right));
            Assert.Equal((l + r).ToNumber(), FeelNumber.Add(left, right));
            Assert.Equal((l - r).ToNumber(), FeelNumber.Subtract(left, right));
            Assert.Equal((l * r).ToNumber(), FeelNumber.Multiply(left, right));
            if (right != 0)
            {
                Assert.Equal(WideNumber.Divide(l, r).ToNumber(), FeelNumber.Divide(left, right));
            }
        }).Check(Runs);

    [Fact]
    public void A_number_survives_its_text() => Prop.ForAll(
        Decimals.Zip(Decimals).ToArbitrary(),
        pair =>
        {
            var number = FeelNumber.Multiply(pair.Item1, pair.Item2)!;
            Assert.Equal(number, FeelNumber.Parse(FeelNumber.ToText(number)));
            Assert.Equal(number, FeelExpression.Compile(FeelNumber.ToText(number)).Evaluate(FeelScope.Empty).Value);
        }).Check(Runs);

    [Fact]
    public void Order_agrees_with_exact_arithmetic() => Prop.ForAll(
        Decimals.Zip(Decimals).ToArbitrary(),
        pair => Assert.Equal(Math.Sign(pair.Item1.CompareTo(pair.Item2)), Math.Sign(WideNumber.Compare(WideNumber.From(pair.Item1), WideNumber.From(pair.Item2))))).Check(Runs);

    [Fact]
    public void A_root_is_within_one_digit_of_its_square() => Prop.ForAll(
        Decimals.Select(Math.Abs).Where(value => value > 0).ToArbitrary(),
        value =>
        {
            var root = FeelNumber.Wide(Workflows.Feel.Semantics.Powers.SquareRoot(value)!);
            var error = root * root - WideNumber.From(value);
            var allowed = WideNumber.From(value) * new WideNumber(BigInteger.One, -32);
            Assert.True(WideNumber.Compare(new WideNumber(BigInteger.Abs(error.Coefficient), error.Exponent), allowed) <= 0, value.ToString(CultureInfo.InvariantCulture));
        }).Check(Runs);
}
