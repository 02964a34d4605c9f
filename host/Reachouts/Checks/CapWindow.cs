namespace Orchestrator.Host.Reachouts;

/// <summary>A limit that counts more than one day of the customer's calendar.</summary>
/// <param name="Words">How evidence names it.</param>
/// <param name="Since">The first day that counts beside a given one. Days are numbers of <see cref="DateOnly"/>.</param>
/// <param name="Limit">Over all channels; null: none.</param>
/// <param name="Channels">Of single channels.</param>
internal sealed record CapWindow(string Words, Func<int, int> Since, int? Limit, ChannelBytes Channels)
{
    public bool IsLimited => Limit is not null || Channels != ChannelBytes.NoLimit;

    public static int ThirtyDays(int day) => day - 29;

    /// <summary>Its Monday: day 0 was one.</summary>
    public static int Week(int day) => day - (day % 7);

    /// <summary>The first of its month.</summary>
    public static int Month(int day) => day - DateOnly.FromDayNumber(day).Day + 1;
}
