# Dates, numbers and sizes as people say them.

now = just now
minutes-ago = { $count ->
    [one] { $count } minute ago
   *[other] { $count } minutes ago
}
hours-ago = { $count ->
    [one] { $count } hour ago
   *[other] { $count } hours ago
}
days-ago = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}
in-minutes = { $count ->
    [one] in { $count } minute
   *[other] in { $count } minutes
}
in-hours = { $count ->
    [one] in { $count } hour
   *[other] in { $count } hours
}
in-days = { $count ->
    [one] in { $count } day
   *[other] in { $count } days
}
yesterday-at = yesterday at { $time }
tomorrow-at = tomorrow at { $time }
today = Today
yesterday = Yesterday

# 3 Mar
date-this-year = { $day } { $month }
# 3 Mar 2025
date = { $day } { $month } { $year }
# Tuesday 3 March 2026
long-date = { $weekday } { $day } { $month } { $year }
# Tuesday 3 March 2026, 14:05:59 CET
exact = { $day }, { $time } { $zone }

number = { $number }
size-b = { $number } B
size-kb = { $number } KB
size-mb = { $number } MB
size-gb = { $number } GB
size-tb = { $number } TB

weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday

month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December

month-short-1 = Jan
month-short-2 = Feb
month-short-3 = Mar
month-short-4 = Apr
month-short-5 = May
month-short-6 = Jun
month-short-7 = Jul
month-short-8 = Aug
month-short-9 = Sep
month-short-10 = Oct
month-short-11 = Nov
month-short-12 = Dec
