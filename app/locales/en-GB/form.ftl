# What is wrong with a form. Keys are fault-CODE, or fault-FIELD-CODE for one field.
form-errors-heading =
    { $count ->
        [one] One thing to correct
       *[other] { $count } things to correct
    }
form-errors-kept = Nothing was sent. What you wrote is kept.
fault-required = Fill this in.
fault-too-long = Use at most { $limit } characters.
fault-too-short = Use at least { $limit } characters.
fault-not-a-number = Write a whole number.
fault-not-a-date = Write a date, such as 2026-11-19.
fault-not-in-list = Choose one of the list.
fault-unknown = This cannot be taken as it is.
preferences-kept = Your preferences are kept.
