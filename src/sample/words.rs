//! The names and notes of a made-up bank.

/// First names of owners.
pub const FIRST_NAMES: [&str; 48] = [
    "Ada",
    "Agnes",
    "Ahmed",
    "Alan",
    "Amara",
    "Anna",
    "Barbara",
    "Ben",
    "Björn",
    "Carla",
    "Chidi",
    "Claude",
    "Dana",
    "David",
    "Edith",
    "Elif",
    "Emil",
    "Farah",
    "Frances",
    "Giulia",
    "Grace",
    "Hana",
    "Hiro",
    "Ines",
    "Ivan",
    "Jean",
    "José",
    "Jun",
    "Katherine",
    "Kofi",
    "Leila",
    "Łukasz",
    "Maria",
    "Mei",
    "Miguel",
    "Nadia",
    "Noah",
    "Olga",
    "Omar",
    "Priya",
    "Radia",
    "Rosa",
    "Samir",
    "Sofie",
    "Tomás",
    "Ursula",
    "Yuki",
    "Zoë",
];

/// Last names of owners.
pub const LAST_NAMES: [&str; 48] = [
    "Almeida",
    "Andersson",
    "Bauer",
    "Becker",
    "Bianchi",
    "Castro",
    "Chen",
    "Cohen",
    "Conti",
    "Demir",
    "Dubois",
    "Egger",
    "Ferrari",
    "Fischer",
    "García",
    "Gupta",
    "Haddad",
    "Hansen",
    "Hoffmann",
    "Ibrahim",
    "Ito",
    "Jansen",
    "Kaya",
    "Keller",
    "Kowalski",
    "Kumar",
    "Larsen",
    "Lindqvist",
    "Lopes",
    "Maier",
    "Martin",
    "Mensah",
    "Moreau",
    "Müller",
    "Nakamura",
    "Nguyen",
    "Novák",
    "Okafor",
    "Olsen",
    "O'Neill",
    "Petrov",
    "Rossi",
    "Sato",
    "Schmidt",
    "Silva",
    "Tanaka",
    "Weber",
    "Zhang",
];

/// The first halves of the names of shops.
pub const SHOP_NAMES: [&str; 16] = [
    "Blue Door",
    "Corner",
    "Harbour",
    "Lindenhof",
    "Little",
    "Market Street",
    "Moonlight",
    "North Gate",
    "Old Mill",
    "Orchard",
    "Red Brick",
    "Riverside",
    "Station",
    "Sunny Side",
    "Three Oaks",
    "Yellow House",
];

/// What the shops are.
pub const SHOP_KINDS: [&str; 12] = [
    "Bakery", "Bicycles", "Books", "Café", "Cinema", "Flowers", "Garage", "Grocery", "Hardware", "Pharmacy",
    "Pizzeria", "Records",
];

/// What people pay by card, from and up to how many cents.
pub const CARD_PAYMENTS: [(&str, i64, i64); 16] = [
    ("Groceries", 900, 14_000),
    ("Groceries", 900, 9_000),
    ("Coffee", 240, 890),
    ("Lunch", 750, 1_900),
    ("Bakery", 180, 1_200),
    ("Train ticket", 290, 8_900),
    ("Petrol", 3_000, 9_500),
    ("Pharmacy", 400, 4_500),
    ("Books", 899, 6_000),
    ("Cinema", 900, 3_600),
    ("Phone bill", 999, 4_999),
    ("Electricity", 3_500, 12_000),
    ("Clothes", 1_500, 18_000),
    ("Restaurant", 1_800, 11_000),
    ("Bicycle repair", 1_500, 12_000),
    ("Hairdresser", 1_800, 8_000),
];

/// What people send each other money for.
pub const GIFTS: [&str; 10] = [
    "Dinner",
    "Thank you!",
    "Birthday present",
    "My half of the rent",
    "Concert tickets",
    "Holiday house",
    "Taxi on Saturday",
    "As agreed",
    "Paid back",
    "Pocket money",
];

/// What shops buy from each other.
pub const SUPPLIES: [&str; 6] =
    ["Flour and sugar", "Deliveries", "Repairs", "Cleaning", "Printing", "Packaging"];

/// What shops take in over the counter.
pub const TAKINGS: [&str; 3] = ["Card takings", "Cash takings", "Online orders"];

/// What brings money when there is not enough for a wish.
pub const HELP: [&str; 5] = ["Cash deposit", "From savings", "Refund", "Expenses", "Sold online"];

/// Why the bank freezes an account.
pub const FREEZES: [&str; 5] =
    ["Card reported lost", "Unusual payments", "Court order", "Identity to be checked", "Owner asked for it"];

/// The months, as notes name them.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
