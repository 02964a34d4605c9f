using Orchestrator.Host.Web;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>What brings a further message of a phase about, in words.</summary>
internal static class StepWords
{
    /// <param name="texts">The texts.</param>
    /// <param name="number">1, 2 … within the phase.</param>
    /// <param name="when">See <see cref="Campaigns.StepWhen"/>.</param>
    /// <param name="hours">After the message before.</param>
    /// <param name="isEarly">Goes out as soon as it is certain.</param>
    public static string Of(Texts texts, int number, string when, decimal hours, bool isEarly) =>
        texts[isEarly ? "part.step-early" : "part.step", number, texts[$"step-when.{when}"], hours];

    public static string Of(Texts texts, int number, Campaigns.PhaseStep step) => Of(texts, number, step.When, step.AfterHours, step.Early);
}
