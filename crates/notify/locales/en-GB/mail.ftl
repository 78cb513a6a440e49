# What an e-mail says. Every message has a subject, a lead of one or two sentences and the label of its one link.
mail-greeting = Hello { $name },
mail-greeting-nameless = Hello,
mail-request-number = R-{ $number }
mail-instant = { $instant } UTC

mail-task-opened-subject = Please decide: { $item } in { $application }
mail-task-opened-lead = Request { $number } asks for “{ $item }” in { $application }. It waits for your decision.
mail-task-nudged-subject = Reminder, please decide: { $item } in { $application }
mail-task-nudged-lead = Somebody waits for your decision and sends you this reminder: request { $number } asks for “{ $item }” in { $application }.
mail-task-overdue-subject = Overdue: { $item } in { $application }
mail-task-overdue-lead = The time to decide about “{ $item }” in { $application } is over. Request { $number } still waits for your decision.
mail-task-answered-subject = Your question was answered: { $item } in { $application }
mail-task-answered-lead = Your question about request { $number }, “{ $item }” in { $application }, has an answer. The request waits for your decision again.
mail-task-due = Please decide by { $instant }.
mail-task-was-due = It was due on { $instant }.
mail-task-reason = The reason given:
mail-task-reason-on-page = The reason given contains a web or mail address. It is shown on the page only.
mail-task-link = Open the task

mail-request-asked-subject = A question about your request: { $item } in { $application }
mail-request-asked-lead = Before deciding about request { $number }, “{ $item }” in { $application }, an approver asks you a question. The request waits until you answer.
mail-request-asked-link = Read the question and answer
mail-request-approved-subject = Approved: { $item } in { $application }
mail-request-approved-lead = Request { $number }, “{ $item }” in { $application }, was approved. The access is set up next, or at its start if that is later. You get another message when it is there.
mail-request-denied-subject = Denied: { $item } in { $application }
mail-request-denied-lead = Request { $number }, “{ $item }” in { $application }, was denied. The page of the request shows what was said.
mail-request-expired-subject = Not given: { $item } in { $application }
mail-request-expired-lead = Request { $number }, “{ $item }” in { $application }, has expired. Nothing was left of its time, so no access was given.
mail-request-delivered-subject = Ready: { $item } in { $application }
mail-request-delivered-lead = The access of request { $number }, “{ $item }” in { $application }, is set up. The page of the request shows what was checked on each system.
mail-request-ended-subject = Ended: { $item } in { $application }
mail-request-ended-lead = The access of request { $number }, “{ $item }” in { $application }, has ended. Whoever still needs it can ask for it again.
mail-request-link = Open the request

mail-work-give-subject = Please set up by hand: { $item } in { $application }
mail-work-give-lead = No machine can reach “{ $item }” in { $application }, so a person has to set it up. The page says for whom and how.
mail-work-take-subject = Please take away by hand: { $item } in { $application }
mail-work-take-lead = Access to “{ $item }” in { $application } has ended. No machine can reach it, so a person has to take it away. The page says from whom and how.
mail-work-due = Please do it by { $instant }.
mail-work-note = When it is done, say there what you did: your word is all there is to show for it.
mail-work-link = Open the work item

mail-token-subject = An API token was made for you
mail-token-lead =
    An operator of the server made an API token that acts in your name. It { $scope ->
        [request] can read what you may read, and ask for access
        [decide] can read what you may read, ask for access, and decide
        [admin] can do all that you may do, administration too
       *[read] can read what you may read
    }. It works until { $instant }.
mail-token-note = If you did not expect this, tell the people who run Usher at once. They can revoke it.
mail-token-link = Open Usher

mail-footer-link = The link decides nothing and signs nobody in: you sign in yourself, as always.
mail-footer-sender = Usher sent this message by itself. Nobody reads answers to it.
