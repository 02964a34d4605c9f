using Orchestrator.Channels.Email.Smtp;

namespace Orchestrator.Channels.Tests.Email;

public sealed class SmtpVerdictTests
{
    [Theory]
    [InlineData(550, "5.1.1 no such user", SmtpStep.Recipient, typeof(Delivery.PermanentRecipient))]
    [InlineData(550, "5.4.4 cannot route", SmtpStep.Recipient, typeof(Delivery.PermanentRecipient))]
    [InlineData(552, "5.2.2 mailbox full", SmtpStep.Recipient, typeof(Delivery.RetrySafe))]
    [InlineData(452, "4.2.2 mailbox full", SmtpStep.Data, typeof(Delivery.RetrySafe))]
    [InlineData(554, "5.7.1 rejected by policy", SmtpStep.Data, typeof(Delivery.Configuration))]
    [InlineData(550, "5.7.26 unauthenticated", SmtpStep.Recipient, typeof(Delivery.Configuration))]
    [InlineData(451, "4.7.1 greylisted", SmtpStep.Recipient, typeof(Delivery.Throttled))]
    [InlineData(421, "try again later", SmtpStep.Connect, typeof(Delivery.Throttled))]
    [InlineData(450, "busy", SmtpStep.Recipient, typeof(Delivery.RetrySafe))]
    [InlineData(550, "blocked by our block list", SmtpStep.Recipient, typeof(Delivery.Configuration))]
    [InlineData(550, "User unknown", SmtpStep.Recipient, typeof(Delivery.PermanentRecipient))]
    [InlineData(554, "message looks like spam", SmtpStep.Data, typeof(Delivery.Configuration))]
    public void A_refusal_is_classified_by_its_enhanced_code_first(int code, string text, object step, Type verdict) =>
        Assert.IsType(verdict, SmtpVerdicts.Refused(new SmtpReply(code, text), (SmtpStep)step, DateTimeOffset.UnixEpoch));

    [Theory]
    [InlineData("5.1.1 gone", true)]
    [InlineData("5.2.0 something about this mailbox", false)]
    public void Only_a_dead_address_is_suppressed(string text, bool suppress) =>
        Assert.Equal(suppress, ((Delivery.PermanentRecipient)SmtpVerdicts.Refused(new SmtpReply(550, text), SmtpStep.Recipient, DateTimeOffset.UnixEpoch)).Suppress);
}
