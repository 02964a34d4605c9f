using System.Globalization;
using System.Numerics;

namespace Orchestrator.Workflows.Feel;

/// <summary>
/// A number of up to 34 significant digits and an exponent, as IEEE 754 decimal128 has it. FEEL uses it only for numbers
/// that <see cref="decimal"/> cannot hold exactly; every other number is a <see cref="decimal"/>, so the two never hold equal values.
/// </summary>
public sealed class Decimal128 : IEquatable<Decimal128>, IComparable<Decimal128>
{
    internal Decimal128(BigInteger coefficient, int exponent) => Wide = new WideNumber(coefficient, exponent);

    internal WideNumber Wide { get; }

    /// <summary>Rounds half even to what <see cref="decimal"/> can hold; false where it is too large for one.</summary>
    public bool TryRoundToDecimal(out decimal value) =>
        decimal.TryParse(ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    public double ToDouble() => double.Parse(Wide.ToScientific(), NumberStyles.Float, CultureInfo.InvariantCulture);

    public int CompareTo(Decimal128? other) => other is null ? 1 : WideNumber.Compare(Wide, other.Wide);

    public bool Equals(Decimal128? other) => other is not null && Wide == other.Wide;

    public override bool Equals(object? obj) => Equals(obj as Decimal128);

    public override int GetHashCode() => Wide.GetHashCode();

    public static bool operator ==(Decimal128? left, Decimal128? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(Decimal128? left, Decimal128? right) => !(left == right);

    public static bool operator <(Decimal128 left, Decimal128 right) => left.CompareTo(right) < 0;

    public static bool operator >(Decimal128 left, Decimal128 right) => left.CompareTo(right) > 0;

    public static bool operator <=(Decimal128 left, Decimal128 right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Decimal128 left, Decimal128 right) => left.CompareTo(right) >= 0;

    public override string ToString() => Wide.ToPlain();
}
